// SPDX-License-Identifier: GPL-2.0-only
// Directory objects: the inner nodes of the namespace. Their tables are guarded by the namespace
// lock, which is a spin lock held for one component of a path at a time.
#pragma once

#include "kernel/ke/spin_lock.hpp"
#include "kernel/ob/name_entry.hpp"
#include "kernel/ob/object.hpp"
#include "kernel/ob/path_cache.hpp"

namespace rsl::ob {

/// Held with interrupts off, which costs less than raising the level.
extern constinit ke::SpinLock namespace_lock;
extern constinit PathCache path_cache RSL_GUARDED_BY(namespace_lock);

class Directory : public Object<Directory> {
  public:
    static ObjectType kType;

    /// One reference on what is called `name` here, or nullptr.
    void* find(std::u16string_view name) RSL_EXCLUDES(namespace_lock);
    /// Names `body`, unless the name is taken: then a reference on the older object is returned.
    /// kInsufficientResources; kObjectNameCollision when `body` has a name already.
    Result<void*> find_or_add(std::u16string_view name, void* body) RSL_EXCLUDES(namespace_lock);
    /// One reference on the n-th object; its name goes to `name`, cut if need be.
    struct Child {
        void* body;
        size_t name_length;
    };
    Child child(uint32_t n, std::span<char16_t> name) RSL_EXCLUDES(namespace_lock);
    uint32_t count() RSL_EXCLUDES(namespace_lock);

  private:
    friend void remove_name(void* body);
    NameTable table_ RSL_GUARDED_BY(namespace_lock);
};

/// `\`. Never goes away.
Directory& root_directory();
void set_root_directory(Directory& root);

}  // namespace rsl::ob
