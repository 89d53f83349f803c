"""Review: cards that come back the later the better they are known, and a test over three levels."""
