// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/se/token.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/ps/impersonation.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/se/acl.hpp"
#include "kernel/se/logon_session.hpp"
#include "kernel/se/startup.hpp"
#include "kernel/se/token_lock.hpp"

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
// An administrator cannot create tokens, act as part of the system, assign tokens, audit, or lock
// pages.
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
constinit Token::Group anonymous_groups[1] = {};
constinit Token::Subject anonymous_subject = {};
constinit mm::PoolTag kTokenTag = mm::pool_tag("SeTo");
constinit Token* the_system_token = nullptr;
constinit std::atomic<uint32_t> next_luid = 1000;

void fill_subjects() {
    system_groups[0] = {of(kAdministratorsSid), kInForce | SE_GROUP_OWNER};
    system_groups[1] = {of(kWorldSid), kInForce};
    system_groups[2] = {of(kAuthenticatedUsersSid), kInForce};
    system_subject = {.user = of(kSystemSid),
                      .owner = of(kAdministratorsSid),
                      .primary_group = of(kSystemSid),
                      .groups = system_groups,
                      .integrity = of(kSystemLabelSid),
                      .privileges = kAllPrivileges};
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
                    .privileges = kAdministratorPrivileges};
    anonymous_groups[0] = {of(kWorldSid), kInForce};
    anonymous_subject = {.user = of(kAnonymousSid),
                         .owner = of(kAnonymousSid),
                         .primary_group = of(kAnonymousSid),
                         .groups = anonymous_groups,
                         .integrity = of(kUntrustedLabelSid),
                         .privileges = 0};
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

namespace {

/// The list that new objects of a subject get: the owner and the system have every right.
Result<void> give_default_dacl(Token& token) {
    alignas(ULONG) char list[160];
    auto& dacl = *reinterpret_cast<ACL*>(list);
    RSL_TRY(create_acl(dacl, sizeof(list), ACL_REVISION));
    for (const SID* sid : {token.subject().owner, of(kSystemSid)})
        RSL_TRY(add_access_ace(dacl, ACL_REVISION, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_ALL, *sid));
    dacl.AclSize = static_cast<USHORT>(used_bytes(dacl));
    return token.set_default_dacl(&dacl);
}

}  // namespace

LUID allocate_luid() { return {next_luid.fetch_add(1, std::memory_order_relaxed), 0}; }

Result<Ref<Token>> Token::create(const Subject& subject, uint32_t session_id, LUID logon) {
    RSL_CHECK(subject.groups.size() <= kMaxGroups);
    auto token = RSL_TRY(ob::make_object<Token>(0));
    token->subject_ = &subject;
    token->session_id_ = session_id;
    token->id_ = token->modified_id_ = allocate_luid();
    token->present_ = token->enabled_ = token->default_ = subject.privileges;
    for (uint32_t i = 0; i < subject.groups.size(); ++i)
        token->group_attributes_[i] = subject.groups[i].attributes;
    token->owner_ = subject.owner;
    token->primary_group_ = subject.primary_group;
    RSL_TRY(give_default_dacl(*token));
    token->logon_ = logon;  // last: the destructor lets go of it
    hold_logon(logon);
    return token;
}

Token::~Token() {
    if (default_dacl_ != nullptr) mm::free_tagged(default_dacl_, kTokenTag);
    if (restricting_ != nullptr) mm::free_tagged(restricting_, kTokenTag);
    release_logon(logon_);
}

Result<Ref<Token>> Token::duplicate(TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level,
                                    Copy copy) const {
    auto made = RSL_TRY(create(*subject_, session_id(), logon_));
    made->type_ = type;
    made->level_ = type == TokenPrimary ? SecurityAnonymous : level;
    made->default_ = default_;
    made->enabled_ = enabled_privileges();
    made->present_ = copy == Copy::kEffective ? enabled_privileges() : privileges();
    for (uint32_t i = 0; i < group_count(); ++i) {
        uint32_t attributes = group_attributes(i);
        // A disabled group that could be enabled again counts for nothing in the copy.
        if (copy == Copy::kEffective &&
            (attributes & (SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY)) == 0)
            attributes = SE_GROUP_USE_FOR_DENY_ONLY;
        made->group_attributes_[i] = attributes;
    }
    made->user_attributes_ = user_attributes_;
    made->owner_ = &owner();
    made->primary_group_ = &primary_group();
    made->sandbox_inert_ = sandbox_inert_;
    {
        TokenRead lock;
        RSL_TRY(made->set_default_dacl(default_dacl_));
    }
    if (restricting_count_ != 0) {
        const size_t bytes = restricting_count_ * sizeof(WellKnown<15>);
        made->restricting_ = static_cast<WellKnown<15>*>(mm::allocate(bytes, kTokenTag));
        if (made->restricting_ == nullptr) return Status::kInsufficientResources;
        std::memcpy(made->restricting_, restricting_, bytes);
        made->restricting_count_ = restricting_count_;
    }
    made->modified_id_ = modified_id_;
    return made;
}

bool Token::is_member(const SID& sid, Membership how) const {
    if (how == Membership::kRestricts) {
        for (const auto& restricting : restricting_sids()) {
            if (equal(restricting.sid(), sid)) return true;
        }
        return false;
    }
    const uint32_t counts = how == Membership::kGrants
                                ? SE_GROUP_ENABLED
                                : SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY;
    if (equal(*subject_->user, sid))
        return how == Membership::kDenies || (user_attributes_ & SE_GROUP_USE_FOR_DENY_ONLY) == 0;
    for (uint32_t i = 0; i < group_count(); ++i) {
        if (equal(*subject_->groups[i].sid, sid)) return (group_attributes(i) & counts) != 0;
    }
    return false;
}

Token& system_token() { return *the_system_token; }
Result<Ref<Token>> create_client_token() {
    const LUID logon = join_user_logon();
    auto token = Token::create(user_subject, 1, logon);
    release_logon(logon);  // the token has its own hold
    return token;
}
Result<Ref<Token>> create_anonymous_token() {
    auto token = RSL_TRY(Token::create(anonymous_subject, 0, kAnonymousLogon));
    return token->duplicate(TokenImpersonation, SecurityAnonymous, Token::Copy::kWhole);
}

EffectiveToken effective_token() {
    if (ps::Impersonation own = ps::impersonation_of(ps::current_thread()); own.token)
        return {std::move(own.token), true, own.level};
    return {Ref<Token>(*ps::current_process().token), false, SecurityImpersonation};
}

Result<void> initialize() {
    initialize_token_lock();
    fill_subjects();
    fill_exports();
    the_system_token = RSL_TRY(Token::create(system_subject, 0, kSystemLogon)).release();
    return {};
}

}  // namespace rsl::se
