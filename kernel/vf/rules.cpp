// SPDX-License-Identifier: GPL-2.0-only
// The rules that hold for every call: the level that its page allows, and for Zw routines what
// their arguments may point at. Thunks have rules of their own.
#include <algorithm>
#include <array>

#include "abi/types/basic.h"
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint8_t kAny = 0xFF;
constexpr uint8_t level_of(std::string_view text) {
    if (text == "0") return PASSIVE_LEVEL;
    if (text == "<=1") return APC_LEVEL;
    if (text == "<=2") return DISPATCH_LEVEL;
    return kAny;
}

constexpr Rule kAllRules[] = {
#define RSL_EXPORT_ROW(module, name, state, header, irql, test, note) {name, level_of(irql)},
#include "exports_table.inc"
#undef RSL_EXPORT_ROW
};

constexpr bool is_zw(const Rule& rule) { return rule.name[0] == 'Z' && rule.name[1] == 'w'; }
constexpr bool is_checked(const Rule& rule) { return rule.highest != kAny || is_zw(rule); }
constexpr size_t kRuleCount = std::count_if(std::begin(kAllRules), std::end(kAllRules), is_checked);

/// Only these come into the image.
constexpr auto kRules = [] {
    std::array<Rule, kRuleCount> rules{};
    std::copy_if(std::begin(kAllRules), std::end(kAllRules), rules.begin(), is_checked);
    return rules;
}();

bool is_user_pointer(uint64_t address) {
    return address >= 0x10000 && address < 0x00007FFFFFFF0000;
}

[[noreturn]] void wrong_level(const Rule& rule, uint64_t caller, KIRQL irql) {
    Facts& facts = Facts::begin();
    facts.line("%s may be called up to IRQL %u; it was called at IRQL %u", rule.name,
               unsigned{rule.highest}, unsigned{irql});
    if (is_zw(rule)) {
        stop(caller,
             {DRIVER_VERIFIER_DETECTED_VIOLATION,
              {0xE6, caller, irql, 0},
              "the driver called a Zw routine at an IRQL other than PASSIVE_LEVEL",
              "call it from a work item or before the IRQL is raised"},
             &facts);
    }
    stop(caller,
         {DRIVER_VERIFIER_DETECTED_VIOLATION,
          {0xE5, irql, 0, 0},
          "the driver called a kernel routine at an IRQL above what its documentation allows",
          "call it before the IRQL is raised or the spin lock taken, or from a work item"},
         &facts);
}

void check_string(const Rule& rule, uint64_t caller, const UNICODE_STRING* text) {
    if (text == nullptr) return;
    const bool odd = (text->Length | text->MaximumLength) % 2 != 0 && text->Length % 2 != 0;
    if (!odd && text->Length <= text->MaximumLength) return;
    Facts& facts = Facts::begin();
    facts.line("%s got a name whose Length is %u and MaximumLength %u", rule.name,
               unsigned{text->Length}, unsigned{text->MaximumLength});
    stop(caller,
         {DRIVER_VERIFIER_DETECTED_VIOLATION,
          {0xE4, caller, number_of(text), 0},
          "the driver called a Zw routine with a malformed UNICODE_STRING",
          "Length and MaximumLength are even, in bytes, and Length is at most MaximumLength"},
         &facts);
}

[[noreturn]] void user_address(const Rule& rule, uint64_t caller, uint64_t address) {
    Facts& facts = Facts::begin();
    facts.line("%s got the user-mode address 0x%llx", rule.name, address);
    stop(caller,
         {DRIVER_VERIFIER_DETECTED_VIOLATION,
          {0xE3, caller, address, 0},
          "the driver called a Zw routine with a user-mode address as a parameter",
          "copy what the caller gave into kernel memory first: a Zw routine trusts its pointers"},
         &facts);
}

void check_attributes(const Rule& rule, uint64_t caller, const OBJECT_ATTRIBUTES* attributes) {
    if (attributes == nullptr) return;
    if (is_user_pointer(number_of(attributes))) user_address(rule, caller, number_of(attributes));
    const UNICODE_STRING* name = attributes->ObjectName;
    if (name == nullptr) return;
    if (is_user_pointer(number_of(name))) user_address(rule, caller, number_of(name));
    if (is_user_pointer(number_of(name->Buffer)))
        user_address(rule, caller, number_of(name->Buffer));
    check_string(rule, caller, name);
}

}  // namespace

const Rule* find_rule(std::string_view function) {
    for (const Rule& rule : kRules) {
        if (function == rule.name) return &rule;
    }
    return nullptr;
}

}  // namespace rsl::vf

/// Called by every stub: `arguments` are RCX, RDX, R8, R9 of the call.
extern "C" void rsl_vf_check_call(const rsl::vf::StubRecord* record, uint64_t caller,
                                  const uint64_t* arguments) {
    using namespace rsl;
    using namespace rsl::vf;
    const VerifiedDriver* driver = record->driver;
    if (!driver->contains(caller))
        caller = driver->base();  // the call was a jump: docs/nt/verifier.md
    const Rule& rule = *record->rule;
    const KIRQL irql = arch::irql();
    if (driver->has(kForceIrql) && irql > rule.highest) wrong_level(rule, caller, irql);
    if (record->pointers == 0 || !driver->has(kSecurity)) return;
    for (unsigned i = 0; i < 4; ++i) {
        if ((record->pointers >> (4 + i) & 1) != 0 && is_user_pointer(arguments[i])) {
            user_address(rule, caller, arguments[i]);
        }
        if ((record->pointers >> i & 1) != 0) {
            check_attributes(rule, caller,
                             reinterpret_cast<const OBJECT_ATTRIBUTES*>(arguments[i]));
        }
    }
}
