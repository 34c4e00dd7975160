"""What can be done with the faces of a photo: one module for each tab."""
