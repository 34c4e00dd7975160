from components.ui.unfinished import show_unfinished

show_unfinished("Learn", "It will explain, on your own photo, how neural networks find faces.")
