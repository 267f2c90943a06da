"""A day's million events through the deployed platform: exact accounts, memory that does not grow, bounded objects."""
