# SPDX-License-Identifier: GPL-2.0-only
"""Class libraries of the boot archive's library/: there when a driver imports from them, and not before."""
import concurrent.futures

from librsl import BUILD

LIBRARIES = {"cng.sys", "ksecdd.sys"}


def loaded(client):
    return {module["name"] for module in client.inspect("kernel/ldr/modules")} & LIBRARIES


def image(folder):
    return (BUILD / "conformance" / f"conformance_{folder}.sys").read_bytes()


def test_a_library_comes_with_the_first_driver_and_stays(vm):
    with vm.client() as client:
        assert loaded(client) == set()
        assert client.load("conformance_ob", image("ob")).missing_imports == 0  # imports from the kernel only
        assert loaded(client) == set()
        assert client.load("conformance_cng", image("cng")).missing_imports == 0
        assert loaded(client) == {"cng.sys"}
        assert client.load("conformance_ksecdd", image("ksecdd")).missing_imports == 0
        assert loaded(client) == LIBRARIES
        for folder in ("ksecdd", "cng"):
            client.unload(f"conformance_{folder}")
        assert loaded(client) == LIBRARIES
        assert client.load("conformance_cng", image("cng")).missing_imports == 0


def test_a_library_is_loaded_once_for_drivers_that_come_together(vm):
    def load(folder):
        with vm.client() as client:
            return client.load(f"conformance_{folder}", image(folder)).missing_imports

    with concurrent.futures.ThreadPoolExecutor() as pool:
        assert list(pool.map(load, ["ksecdd", "cng"])) == [0, 0]
    with vm.client() as client:
        assert loaded(client) == LIBRARIES
