"""Execute the notebook docs/tour.ipynb and keep what it prints, as text.

python tools/run_tour.py
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

TOUR = Path(__file__).parent.parent / "docs" / "tour.ipynb"


def execute(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Execute a notebook from top to bottom; leave out of it what differs from run to run."""
    with tempfile.TemporaryDirectory() as folder:  # for the sockets by which only this machine reaches the kernel
        kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/kernel")
        NotebookClient(notebook, kernel, timeout=300, coalesce_streams=True).execute()
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.execution_count = None
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return notebook


if __name__ == "__main__":
    nbformat.write(execute(nbformat.read(TOUR, as_version=4)), sys.argv[1] if sys.argv[1:] else TOUR)
