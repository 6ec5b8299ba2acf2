// SPDX-License-Identifier: GPL-2.0-only
// All of NT's public types. In headers, include the families you need instead.
#pragma once

#include "abi/types/basic.h"
#include "abi/types/bugcheck.h"
#include "abi/types/cm.h"
#include "abi/types/ex.h"
#include "abi/types/exception.h"
#include "abi/types/io.h"
#include "abi/types/ke.h"
#include "abi/types/mm.h"
#include "abi/types/ob.h"
#include "abi/types/pe.h"
#include "abi/types/ps.h"
#include "abi/types/rtl.h"
#include "abi/types/se.h"
#include "abi/types/se_exports.h"
#include "abi/types/status.h"
#include "abi/types/system_information.h"
