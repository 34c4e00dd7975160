from pages.album.unfinished import show_unfinished

show_unfinished("Album", "It will find the faces in many photos at once.")
