"""The contenders: one file a family, and a peer's package imported only where it is used."""
