// SPDX-License-Identifier: GPL-2.0-only
// The whole I/O family: include this unless one of its parts is enough.
#pragma once

#include "abi/types/bus.h"
#include "abi/types/io_codes.h"
#include "abi/types/io_device.h"
#include "abi/types/io_file.h"
#include "abi/types/io_irp.h"
#include "abi/types/io_queue.h"
#include "abi/types/pnp.h"
#include "abi/types/resource.h"
