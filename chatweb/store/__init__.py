"""What is kept: rows and SQL never leave this package."""
