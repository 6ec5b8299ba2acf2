// SPDX-License-Identifier: GPL-2.0-only
#include "classes/cng/ecdsa.hpp"

#include <algorithm>

#include "classes/cng/montgomery.hpp"

namespace rsl::cng {
namespace {

constexpr size_t kMaxLimbs = kMaxCurveBytes / 8;
using Number = uint64_t[kMaxLimbs];

/// y^2 = x^3 - 3x + b modulo p; the point (x, y) has n multiples.
struct Curve {
    size_t limbs;
    Number p, n, b, x, y;
};
constexpr Curve kCurves[] = {
    {4,
     {0xFFFFFFFFFFFFFFFF, 0x00000000FFFFFFFF, 0x0000000000000000, 0xFFFFFFFF00000001},
     {0xF3B9CAC2FC632551, 0xBCE6FAADA7179E84, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000},
     {0x3BCE3C3E27D2604B, 0x651D06B0CC53B0F6, 0xB3EBBD55769886BC, 0x5AC635D8AA3A93E7},
     {0xF4A13945D898C296, 0x77037D812DEB33A0, 0xF8BCE6E563A440F2, 0x6B17D1F2E12C4247},
     {0xCBB6406837BF51F5, 0x2BCE33576B315ECE, 0x8EE7EB4A7C0F9E16, 0x4FE342E2FE1A7F9B}},
    {6,
     {0x00000000FFFFFFFF, 0xFFFFFFFF00000000, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF,
      0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF},
     {0xECEC196ACCC52973, 0x581A0DB248B0A77A, 0xC7634D81F4372DDF, 0xFFFFFFFFFFFFFFFF,
      0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF},
     {0x2A85C8EDD3EC2AEF, 0xC656398D8A2ED19D, 0x0314088F5013875A, 0x181D9C6EFE814112,
      0x988E056BE3F82D19, 0xB3312FA7E23EE7E4},
     {0x3A545E3872760AB7, 0x5502F25DBF55296C, 0x59F741E082542A38, 0x6E1D3B628BA79B98,
      0x8EB1C71EF320AD74, 0xAA87CA22BE8B0537},
     {0x7A431D7C90EA0E5F, 0x0A60B1CE1D7E819D, 0xE9DA3113B5F0B8C0, 0xF8F41DBD289A147C,
      0x5D9E98BF9292DC29, 0x3617DE4A96262C6F}},
};
const Curve& curve_of(CurveKind kind) { return kCurves[static_cast<size_t>(kind)]; }

void copy(Number& to, const Number& from) { std::memcpy(to, from, sizeof(to)); }

/// x = X / Z^2, y = Y / Z^3, in Montgomery's form. Z = 0: the point at infinity.
struct Point {
    Number x, y, z;
};

/// A curve's field and the law of its points.
class Group {
  public:
    explicit Group(const Curve& curve) : curve_(curve), field_(curve.p, curve.limbs, scratch_) {
        std::memset(one_, 0, sizeof(one_));
        one_[0] = 1;
        field_.enter(one_);
    }
    const Montgomery& field() const { return field_; }

    /// The point with these coordinates, which are less than p.
    Point point(const Number& x, const Number& y) const {
        Point made = {};
        copy(made.x, x), copy(made.y, y), copy(made.z, one_);
        field_.enter(made.x);
        field_.enter(made.y);
        return made;
    }
    bool holds(const Point& affine) const;
    bool is_infinity(const Point& point) const { return is_zero(point.z, curve_.limbs); }
    Point twice(const Point& a) const;
    Point sum(const Point& a, const Point& b) const;
    /// u1 * G + u2 * key, a bit of both at a time.
    Point combine(const Number& u1, const Number& u2, const Point& key) const;

  private:
    const Curve& curve_;
    uint64_t scratch_[kMaxLimbs + 2];
    Montgomery field_;
    Number one_;
};

bool Group::holds(const Point& affine) const {
    Number left, right, part;
    field_.multiply(left, affine.y, affine.y);
    field_.multiply(right, affine.x, affine.x);
    field_.multiply(right, right, affine.x);
    field_.add(part, affine.x, affine.x);
    field_.add(part, part, affine.x);
    field_.subtract(right, right, part);
    copy(part, curve_.b);
    field_.enter(part);
    field_.add(right, right, part);
    return std::equal(left, left + curve_.limbs, right);
}

/// For a = -3: alpha = 3 (X - Z^2)(X + Z^2), beta = X Y^2, X' = alpha^2 - 8 beta, Z' = 2 Y Z,
/// Y' = alpha (4 beta - X') - 8 Y^4.
Point Group::twice(const Point& a) const {
    Point out = {};
    Number delta, gamma, beta, alpha, part;
    field_.multiply(delta, a.z, a.z);
    field_.multiply(gamma, a.y, a.y);
    field_.multiply(beta, a.x, gamma);
    field_.subtract(part, a.x, delta);
    field_.add(alpha, a.x, delta);
    field_.multiply(alpha, alpha, part);
    field_.add(part, alpha, alpha);
    field_.add(alpha, part, alpha);
    field_.add(beta, beta, beta);
    field_.add(beta, beta, beta);  // 4 beta
    field_.multiply(out.x, alpha, alpha);
    field_.add(part, beta, beta);
    field_.subtract(out.x, out.x, part);
    field_.multiply(out.z, a.y, a.z);
    field_.add(out.z, out.z, out.z);
    field_.subtract(part, beta, out.x);
    field_.multiply(out.y, alpha, part);
    field_.multiply(gamma, gamma, gamma);
    for (uint32_t i = 0; i < 3; ++i) field_.add(gamma, gamma, gamma);
    field_.subtract(out.y, out.y, gamma);
    return out;
}

/// U = X1 Z2^2, S = Y1 Z2^3, H = X2 Z1^2 - U, R = Y2 Z1^3 - S, X' = R^2 - H^3 - 2 U H^2,
/// Y' = R (U H^2 - X') - S H^3, Z' = Z1 Z2 H.
Point Group::sum(const Point& a, const Point& b) const {
    if (is_infinity(a)) return b;
    if (is_infinity(b)) return a;
    Point out = {};
    Number u, s, h, r, part;
    field_.multiply(part, b.z, b.z);
    field_.multiply(u, a.x, part);
    field_.multiply(part, part, b.z);
    field_.multiply(s, a.y, part);
    field_.multiply(part, a.z, a.z);
    field_.multiply(h, b.x, part);
    field_.subtract(h, h, u);
    field_.multiply(part, part, a.z);
    field_.multiply(r, b.y, part);
    field_.subtract(r, r, s);
    if (is_zero(h, curve_.limbs)) {
        if (is_zero(r, curve_.limbs)) return twice(a);
        return out;  // opposite points
    }
    field_.multiply(out.z, a.z, b.z);
    field_.multiply(out.z, out.z, h);
    field_.multiply(part, h, h);
    field_.multiply(u, u, part);  // U H^2
    field_.multiply(h, h, part);  // H^3
    field_.multiply(out.x, r, r);
    field_.subtract(out.x, out.x, h);
    field_.subtract(out.x, out.x, u);
    field_.subtract(out.x, out.x, u);
    field_.subtract(u, u, out.x);
    field_.multiply(out.y, r, u);
    field_.multiply(s, s, h);
    field_.subtract(out.y, out.y, s);
    return out;
}

Point Group::combine(const Number& u1, const Number& u2, const Point& key) const {
    const Point base = point(curve_.x, curve_.y), both = sum(base, key);
    Point result = {};
    for (size_t bit = curve_.limbs * 64; bit-- > 0;) {
        result = twice(result);
        const bool with_base = bit_of(u1, bit), with_key = bit_of(u2, bit);
        if (with_base && with_key) {
            result = sum(result, both);
        } else if (with_base || with_key) {
            result = sum(result, with_base ? base : key);
        }
    }
    return result;
}

/// The leftmost bits of the hash, as many as n has, as a number less than n.
void number_of_hash(const Curve& curve, Bytes hash, Number& out) {
    load_number(hash.first(std::min(hash.size(), curve.limbs * 8)), out, curve.limbs);
    if (!is_less(out, curve.n, curve.limbs)) subtract_numbers(out, out, curve.n, curve.limbs);
}

/// u1 = hash / s, u2 = r / s modulo n.
void coefficients(const Curve& curve, Bytes hash, const Number& r, const Number& s, Number& u1,
                  Number& u2) {
    uint64_t scratch[kMaxLimbs + 2];
    const Montgomery order{curve.n, curve.limbs, scratch};
    Number inverse, base, exponent;
    copy(inverse, s);
    copy(exponent, curve.n);
    exponent[0] -= 2;  // Fermat: s^(n-2) = 1 / s
    uint8_t exponent_bytes[kMaxCurveBytes];
    store_number(exponent, exponent_bytes, curve.limbs * 8);
    order.enter(inverse);
    order.power(inverse, {exponent_bytes, curve.limbs * 8}, base);
    number_of_hash(curve, hash, u1);
    copy(u2, r);
    // One factor in Montgomery's form: the product is out of it.
    order.multiply(u1, u1, inverse);
    order.multiply(u2, u2, inverse);
}

bool in_range(const Number& number, const Number& below, size_t limbs) {
    return !is_zero(number, limbs) && is_less(number, below, limbs);
}

/// Whether x modulo n is r: x is r, or r + n if that is less than p. Compared as X = x Z^2, without
/// dividing.
bool has_x(const Curve& curve, const Montgomery& field, const Point& point, const Number& r) {
    Number candidate, square, wanted;
    copy(candidate, r);
    field.multiply(square, point.z, point.z);
    for (;;) {
        copy(wanted, candidate);
        field.enter(wanted);
        field.multiply(wanted, wanted, square);
        if (std::equal(wanted, wanted + curve.limbs, point.x)) return true;
        if (add_numbers(candidate, candidate, curve.n, curve.limbs) != 0) return false;
        if (!is_less(candidate, curve.p, curve.limbs)) return false;
    }
}

}  // namespace

size_t curve_bytes(CurveKind kind) { return curve_of(kind).limbs * 8; }

bool is_on_curve(CurveKind kind, const uint8_t* x, const uint8_t* y) {
    const Curve& curve = curve_of(kind);
    const Group group{curve};
    Number x_number = {}, y_number = {};
    load_number({x, curve.limbs * 8}, x_number, curve.limbs);
    load_number({y, curve.limbs * 8}, y_number, curve.limbs);
    if (!is_less(x_number, curve.p, curve.limbs) || !is_less(y_number, curve.p, curve.limbs))
        return false;
    return group.holds(group.point(x_number, y_number));
}

bool verify_ecdsa(CurveKind kind, const uint8_t* key, Bytes hash, const uint8_t* signature) {
    const Curve& curve = curve_of(kind);
    const size_t bytes = curve.limbs * 8;
    Number r = {}, s = {}, u1 = {}, u2 = {}, x = {}, y = {};
    load_number({signature, bytes}, r, curve.limbs);
    load_number({signature + bytes, bytes}, s, curve.limbs);
    if (!in_range(r, curve.n, curve.limbs) || !in_range(s, curve.n, curve.limbs)) return false;
    coefficients(curve, hash, r, s, u1, u2);
    load_number({key, bytes}, x, curve.limbs);
    load_number({key + bytes, bytes}, y, curve.limbs);
    const Group group{curve};
    const Point result = group.combine(u1, u2, group.point(x, y));
    return !group.is_infinity(result) && has_x(curve, group.field(), result, r);
}

}  // namespace rsl::cng
