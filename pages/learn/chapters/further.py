"""Where to go next."""

import streamlit as st

from pages.learn.layout import show_question
from pages.page_table import LIVE, PHOTO


def show_further() -> None:
    """List papers, books and courses."""
    show_question("Where to go from here?")
    papers, texts = st.columns(2, gap="large")
    with papers:
        st.subheader("The papers behind this app", anchor=False)
        st.markdown(_PAPERS)
        st.subheader("How networks came about", anchor=False)
        st.markdown(_HISTORY)
    with texts:
        st.subheader("Books", anchor=False)
        st.markdown(_BOOKS)
        st.subheader("Courses", anchor=False)
        st.markdown(_COURSES)
        st.subheader("To think about", anchor=False)
        st.markdown(_CARE)
        st.page_link(PHOTO.script, label="Find faces in your photos", icon=PHOTO.icon)
        st.page_link(LIVE.script, label="See your own face mesh", icon=LIVE.icon)


_PAPERS = """
- **MTCNN** (2016). Kaipeng Zhang, Zhanpeng Zhang, Zhifeng Li, Yu Qiao:
  [Joint Face Detection and Alignment using Multi-task Cascaded Convolutional
  Networks](https://arxiv.org/abs/1604.02878). IEEE Signal Processing Letters.
- **BlazeFace** (2019). Valentin Bazarevsky, Yury Kartynnik, Andrey Vakunov, Karthik Raveendran, Matthias
  Grundmann: [BlazeFace: Sub-millisecond Neural Face Detection on Mobile
  GPUs](https://arxiv.org/abs/1907.05047).
- **FaceMesh** (2019). Yury Kartynnik, Artsiom Ablavatski, Ivan Grishchenko, Matthias Grundmann:
  [Real-time Facial Surface Geometry from Monocular Video on Mobile
  GPUs](https://arxiv.org/abs/1907.06724).
- **Attention mesh** (2020). Ivan Grishchenko, Artsiom Ablavatski, Yury Kartynnik, Karthik Raveendran,
  Matthias Grundmann: [Attention Mesh: High-fidelity Face Mesh Prediction in
  Real-time](https://arxiv.org/abs/2006.10962).
- **Haar cascade** (2001). Paul Viola, Michael Jones: [Rapid Object Detection using a Boosted Cascade of
  Simple Features](https://doi.org/10.1109/CVPR.2001.990517). CVPR.
"""

_HISTORY = """
- **Back-propagation** (1986). David Rumelhart, Geoffrey Hinton, Ronald Williams: *Learning Representations
  by Back-propagating Errors*. Nature.
- **Convolutional networks** (1998). Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner: *Gradient-Based
  Learning Applied to Document Recognition*. Proceedings of the IEEE.
- **AlexNet** (2012). Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton: *ImageNet Classification with Deep
  Convolutional Neural Networks*. NIPS.
- **Looking inside** (2014). Matthew Zeiler, Rob Fergus: [Visualizing and Understanding Convolutional
  Networks](https://arxiv.org/abs/1311.2901). ECCV.
- **PReLU** (2015). Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: [Delving Deep into
  Rectifiers](https://arxiv.org/abs/1502.01852). ICCV.
- **Pictures from text** (2022). Robin Rombach, Andreas Blattmann, Dominik Lorenz, Patrick Esser, Björn
  Ommer: [High-Resolution Image Synthesis with Latent Diffusion Models](https://arxiv.org/abs/2112.10752).
  CVPR.
"""

_BOOKS = """
- Michael Nielsen: [Neural Networks and Deep Learning](http://neuralnetworksanddeeplearning.com) (2015). Free
  to read; the gentlest way in.
- Ian Goodfellow, Yoshua Bengio, Aaron Courville: [Deep Learning](https://www.deeplearningbook.org) (2016).
  The textbook.
- Aston Zhang, Zachary Lipton, Mu Li, Alexander Smola: [Dive into Deep Learning](https://d2l.ai) (2023). With
  code to run.
- Richard Szeliski: [Computer Vision: Algorithms and Applications](https://szeliski.org/Book) (2nd edition,
  2022).
"""

_COURSES = """
- Stanford: [CS231n: Deep Learning for Computer Vision](https://cs231n.stanford.edu).
- Jeremy Howard, fast.ai: [Practical Deep Learning for Coders](https://course.fast.ai).
- Andrew Ng, DeepLearning.AI: *Deep Learning Specialization*.
- Grant Sanderson, 3Blue1Brown: *Neural Networks*, a series of films.
"""

_CARE = """
- Chuan Guo, Geoff Pleiss, Yu Sun, Kilian Weinberger: [On Calibration of Modern Neural
  Networks](https://arxiv.org/abs/1706.04599) (2017). Why a score is not a probability.
- Joy Buolamwini, Timnit Gebru: *Gender Shades* (2018). Face analysis that fails some people more often than
  others.
- Shuo Yang, Ping Luo, Chen Change Loy, Xiaoou Tang: [WIDER FACE](https://arxiv.org/abs/1511.06523) (2016).
  The photos by which face detectors are compared.
"""
