"""What several tasks share: checks of what they are given, and linear regression on the past."""
