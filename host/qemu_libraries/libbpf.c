// SPDX-License-Identifier: GPL-2.0-only
// QEMU steers the queues of a network device by eBPF. With it goes libelf.
#include "never_called.h"

NEVER_CALLED(bpf_map__fd)
NEVER_CALLED(bpf_map_update_elem)
NEVER_CALLED(bpf_object__destroy_skeleton)
NEVER_CALLED(bpf_object__load_skeleton)
NEVER_CALLED(bpf_object__open_skeleton)
NEVER_CALLED(bpf_program__fd)
NEVER_CALLED(bpf_program__set_type)
