"""Many photos in, tables of their faces out: on this machine, or on a Dask cluster."""
