// SPDX-License-Identifier: GPL-2.0-only
// IntrusiveList: a doubly linked list through a hook inside the element. Allocates nothing; an
// element removes itself in constant time. Elements are borrowed, never owned.
#pragma once

#include <cstddef>

#include "base/core/check.hpp"

namespace rsl {

/// The links inside an element. An element with a hook does not move while it is listed.
struct ListHook {
    ListHook* next = nullptr;
    ListHook* previous = nullptr;

    constexpr ListHook() = default;
    ListHook(const ListHook&) = delete;
    ListHook& operator=(const ListHook&) = delete;

    bool is_linked() const { return next != nullptr; }
    /// Takes the element out of whatever list it is in. It must be in one.
    void unlink() {
        RSL_CHECK(is_linked());
        previous->next = next;
        next->previous = previous;
        next = previous = nullptr;
    }
};

/// A list of T linked through `T::*kHook`.
template <typename T, ListHook T::*kHook>
class IntrusiveList {
  public:
    class Iterator {
      public:
        explicit Iterator(ListHook* at) : at_(at), next_(at->next) {}
        T& operator*() const { return owner(at_); }
        T* operator->() const { return &owner(at_); }
        Iterator& operator++() {  // the current element may have been unlinked meanwhile
            at_ = next_;
            next_ = at_->next;
            return *this;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

      private:
        ListHook* at_;
        ListHook* next_;
    };

    constexpr IntrusiveList() = default;
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;

    bool empty() const { return head_.next == nullptr || head_.next == &head_; }
    void push_back(T& element) { insert_before(&head(), element); }
    void push_front(T& element) { insert_before(head().next, element); }
    /// Inserts `element` before `position`, which is in this list.
    void insert(T& position, T& element) { insert_before(&(position.*kHook), element); }

    T* front() { return empty() ? nullptr : &owner(head_.next); }
    T* back() { return empty() ? nullptr : &owner(head_.previous); }
    /// Takes the first element out, or nullptr.
    T* pop_front() {
        T* element = front();
        if (element) (element->*kHook).unlink();
        return element;
    }
    static void remove(T& element) { (element.*kHook).unlink(); }

    Iterator begin() { return Iterator(head().next); }
    Iterator end() { return Iterator(&head()); }

  private:
    ListHook& head() {  // linked to itself at first use, so that a list can be constinit
        if (head_.next == nullptr) head_.next = head_.previous = &head_;
        return head_;
    }
    static T& owner(ListHook* hook) {
        const auto offset =
            reinterpret_cast<size_t>(&(reinterpret_cast<T*>(kProbe)->*kHook)) - kProbe;
        return *reinterpret_cast<T*>(reinterpret_cast<char*>(hook) - offset);
    }
    void insert_before(ListHook* position, T& element) {
        head();
        ListHook& hook = element.*kHook;
        RSL_CHECK(!hook.is_linked());
        hook.next = position;
        hook.previous = position->previous;
        position->previous->next = &hook;
        position->previous = &hook;
    }

    static constexpr size_t kProbe = 4096;  // any aligned address: only a distance is computed
    ListHook head_;
};

}  // namespace rsl
