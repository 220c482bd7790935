"""What the book's networks learn: one seeded task a file, each with its baseline."""
