"""What is shown, one file a page."""
