// SPDX-License-Identifier: GPL-2.0-only
// Names for Clang's thread-safety attributes. Warnings of this analysis are errors in our build.
#pragma once

#if defined(__clang__)
#define RSL_ATTRIBUTE(x) __attribute__((x))
#else
#define RSL_ATTRIBUTE(x)
#endif

#define RSL_CAPABILITY(name) RSL_ATTRIBUTE(capability(name))
#define RSL_SCOPED_CAPABILITY RSL_ATTRIBUTE(scoped_lockable)
#define RSL_GUARDED_BY(x) RSL_ATTRIBUTE(guarded_by(x))
#define RSL_POINTEE_GUARDED_BY(x) RSL_ATTRIBUTE(pt_guarded_by(x))
#define RSL_REQUIRES(...) RSL_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define RSL_ACQUIRES(...) RSL_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define RSL_RELEASES(...) RSL_ATTRIBUTE(release_capability(__VA_ARGS__))
#define RSL_TRY_ACQUIRES(...) RSL_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
#define RSL_EXCLUDES(...) RSL_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define RSL_ASSERTS_HELD(x) RSL_ATTRIBUTE(assert_capability(x))
#define RSL_RETURNS_LOCK(x) RSL_ATTRIBUTE(lock_returned(x))
#define RSL_NO_LOCK_ANALYSIS RSL_ATTRIBUTE(no_thread_safety_analysis)
