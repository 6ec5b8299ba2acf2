// SPDX-License-Identifier: GPL-2.0-only
// Verifies ECDSA signatures (FIPS 186-4, 6.4) over the curves P-256 and P-384 (SP 800-186). Public
// data only: no signing, no secrets, and the time depends on the arguments.
#pragma once

#include "classes/cng/byte_order.hpp"

namespace rsl::cng {

enum class CurveKind : uint8_t { kP256, kP384 };

constexpr size_t kMaxCurveBytes = 48;
/// Of a coordinate, and of each half of a signature.
size_t curve_bytes(CurveKind kind);

/// Whether x and y, big-endian and curve_bytes() long, are those of a point of the curve.
bool is_on_curve(CurveKind kind, const uint8_t* x, const uint8_t* y);

/// `key` is x and y of a point of the curve, `signature` r and s, each curve_bytes() long.
bool verify_ecdsa(CurveKind kind, const uint8_t* key, Bytes hash, const uint8_t* signature);

}  // namespace rsl::cng
