"""What happened, as one document: everything that any view shows is read from here."""
