// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/token.hpp"

#include <atomic>

#include "kernel/ps/process.hpp"
#include "kernel/se/startup.hpp"

namespace rsl::se {
namespace {

constexpr uint32_t kInForce = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;

constexpr uint64_t bits(uint32_t first, uint32_t last) {
    uint64_t value = 0;
    for (uint32_t bit = first; bit <= last; ++bit) value |= uint64_t{1} << bit;
    return value;
}
// Every privilege of Windows 10: 2 to 35, without those that were never used.
constexpr uint64_t kAllPrivileges = bits(2, 35) & ~(uint64_t{1} << 6);
// An administrator cannot create tokens, act as part of the system, assign tokens, audit, or lock pages.
constexpr uint64_t kAdministratorPrivileges =
    kAllPrivileges & ~(uint64_t{1} << SE_CREATE_TOKEN_PRIVILEGE | uint64_t{1} << SE_TCB_PRIVILEGE |
                       uint64_t{1} << SE_ASSIGNPRIMARYTOKEN_PRIVILEGE |
                       uint64_t{1} << SE_LOCK_MEMORY_PRIVILEGE | uint64_t{1} << 21);

const SID* of(const auto& constant) { return &constant.sid(); }

// A local account: S-1-5-21-<machine>-1000, the first one that a set-up makes.
constexpr WellKnown<5> kUserSid{5, {21, 1085031214, 1563985344, 1801674531, 1000}};
constexpr WellKnown<5> kUserGroupSid{5, {21, 1085031214, 1563985344, 1801674531, 513}};

// Pointers to constants of another type need code to make: initialize() fills these.
constinit Token::Group system_groups[3] = {};
constinit Token::Group user_groups[7] = {};
constinit Token::Subject system_subject = {};
constinit Token::Subject user_subject = {};
constinit Token* the_system_token = nullptr;
constinit std::atomic<uint32_t> next_luid = 1000;

LUID allocate_luid() { return {next_luid.fetch_add(1, std::memory_order_relaxed), 0}; }

void fill_subjects() {
    system_groups[0] = {of(kAdministratorsSid), kInForce | SE_GROUP_OWNER};
    system_groups[1] = {of(kWorldSid), kInForce};
    system_groups[2] = {of(kAuthenticatedUsersSid), kInForce};
    system_subject = {.user = of(kSystemSid),
                      .owner = of(kAdministratorsSid),
                      .primary_group = of(kSystemSid),
                      .groups = system_groups,
                      .integrity = of(kSystemLabelSid),
                      .privileges = kAllPrivileges,
                      .logon = {0x3E7, 0}};
    user_groups[0] = {of(kUserGroupSid), kInForce};
    user_groups[1] = {of(kWorldSid), kInForce};
    user_groups[2] = {of(kAdministratorsSid), kInForce | SE_GROUP_OWNER};
    user_groups[3] = {of(kUsersSid), kInForce};
    user_groups[4] = {of(kInteractiveSid), kInForce};
    user_groups[5] = {of(kAuthenticatedUsersSid), kInForce};
    user_groups[6] = {of(kLocalSid), kInForce};
    user_subject = {.user = of(kUserSid),
                    .owner = of(kAdministratorsSid),
                    .primary_group = of(kUserGroupSid),
                    .groups = user_groups,
                    .integrity = of(kHighLabelSid),
                    .privileges = kAdministratorPrivileges,
                    .logon = {0x10000, 0}};
}

}  // namespace

constinit ob::ObjectType Token::kType{
    .name = u"Token",
    .pool_tag = mm::pool_tag("Toke"),
    .mapping = {STANDARD_RIGHTS_READ | TOKEN_DUPLICATE | TOKEN_QUERY | TOKEN_QUERY_SOURCE,
                STANDARD_RIGHTS_WRITE | TOKEN_ADJUST_PRIVILEGES | TOKEN_ADJUST_GROUPS |
                    TOKEN_ADJUST_DEFAULT,
                STANDARD_RIGHTS_EXECUTE | TOKEN_IMPERSONATE, TOKEN_ALL_ACCESS},
    .valid_access = TOKEN_ALL_ACCESS,
    .destroy = &ob::destroy_object<Token>,
};

Result<Ref<Token>> Token::create(const Subject& subject, uint32_t session_id) {
    auto token = RSL_TRY(ob::make_object<Token>(0));
    token->subject_ = &subject;
    token->session_id_ = session_id;
    token->id_ = allocate_luid();
    return token;
}

Result<Ref<Token>> Token::duplicate(TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level) const {
    auto copy = RSL_TRY(create(*subject_, session_id_));
    copy->type_ = type;
    copy->level_ = type == TokenPrimary ? SecurityAnonymous : level;
    return copy;
}

bool Token::is_member(const SID& sid) const {
    if (equal(*subject_->user, sid)) return true;
    for (const Group& group : subject_->groups) {
        if (equal(*group.sid, sid)) return true;
    }
    return false;
}

Token& system_token() { return *the_system_token; }
Result<Ref<Token>> create_client_token() { return Token::create(user_subject, 1); }
Token& current_token() { return *ps::current_process().token; }

Result<void> initialize() {
    fill_subjects();
    fill_exports();
    the_system_token = RSL_TRY(Token::create(system_subject, 0)).release();
    return {};
}

}  // namespace rsl::se
