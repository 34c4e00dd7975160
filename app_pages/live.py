from components.ui.unfinished import show_unfinished

show_unfinished("Live", "It will draw a mesh on your face while you look into your webcam.")
