// SPDX-License-Identifier: GPL-2.0-only
// QEMU migrates VMs and emulates adapters by RDMA. With it and libibverbs go libnl and libnl-route.
#include "never_called.h"

NEVER_CALLED(rdma_accept)
NEVER_CALLED(rdma_ack_cm_event)
NEVER_CALLED(rdma_bind_addr)
NEVER_CALLED(rdma_connect)
NEVER_CALLED(rdma_create_event_channel)
NEVER_CALLED(rdma_create_id)
NEVER_CALLED(rdma_create_qp)
NEVER_CALLED(rdma_destroy_event_channel)
NEVER_CALLED(rdma_destroy_id)
NEVER_CALLED(rdma_destroy_qp)
NEVER_CALLED(rdma_disconnect)
NEVER_CALLED(rdma_event_str)
NEVER_CALLED(rdma_freeaddrinfo)
NEVER_CALLED(rdma_get_cm_event)
NEVER_CALLED(rdma_getaddrinfo)
NEVER_CALLED(rdma_listen)
NEVER_CALLED(rdma_resolve_addr)
NEVER_CALLED(rdma_resolve_route)
NEVER_CALLED(rdma_set_option)
