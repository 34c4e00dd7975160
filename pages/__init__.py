"""What visitors see: a folder for each page, and the menu."""
