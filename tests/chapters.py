"""The question that each chapter of the lesson begins with."""

from pages.learn.lesson import Chapter

QUESTIONS = {
    Chapter.START: "How can a program find a face",
    Chapter.CONVOLUTION: "What does a convolutional network see?",
    Chapter.FEATURE_MAPS: "What do the layers of a real network respond to?",
    Chapter.CASCADE: "How do three small networks find faces?",
    Chapter.CONFIDENCE: "Why does a higher cut-off mean fewer false alarms and more misses?",
    Chapter.TRACKER: "How is a face followed through a video?",
    Chapter.CHECK: "What do you know now?",
    Chapter.FURTHER: "Where to go from here?",
}
