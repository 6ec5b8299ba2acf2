// SPDX-License-Identifier: GPL-2.0-only
// Cancel-safe queues (IoCsq*): the driver brings list and lock, we settle who gets an IRP that is
// cancelled while it is queued. The exchange of the cancel routine decides. Pure but for the cancel
// spin lock, which a cancel routine has to release.
#pragma once

#include "abi/types/io_queue.h"

namespace rsl::io {

void initialize_queue(IO_CSQ& queue, ULONG type, PIO_CSQ_INSERT_IRP insert, PIO_CSQ_REMOVE_IRP remove,
                      PIO_CSQ_PEEK_NEXT_IRP peek, PIO_CSQ_ACQUIRE_LOCK acquire,
                      PIO_CSQ_RELEASE_LOCK release, PIO_CSQ_COMPLETE_CANCELED_IRP complete);
/// STATUS_SUCCESS, or what the driver's CsqInsertIrpEx refused with.
NTSTATUS insert_into_queue(IO_CSQ& queue, IRP& irp, IO_CSQ_IRP_CONTEXT* context, void* insert_context);
/// nullptr when nothing (that matches) is left.
IRP* remove_next_from_queue(IO_CSQ& queue, void* peek_context);
/// nullptr when the IRP has been cancelled or taken.
IRP* remove_from_queue(IO_CSQ& queue, IO_CSQ_IRP_CONTEXT& context);

}  // namespace rsl::io
