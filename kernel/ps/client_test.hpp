// SPDX-License-Identifier: GPL-2.0-only
// For tests: code that runs as a client's thread does, with user memory to hand to Nt routines.
#pragma once

#include "abi/functions/ob.h"
#include "abi/functions/ps.h"
#include "abi/private/rsl_kernel.h"
#include "base/testing/test.hpp"

namespace rsl::testing {

/// What a client's thread gets: its process and a page of user memory, zeroed.
struct Client {
    PEPROCESS process = nullptr;
    void* user_page = nullptr;
    void (*body)(Client& client) = nullptr;
    template <typename T>
    T* user(uint32_t offset) {
        return reinterpret_cast<T*>(static_cast<char*>(user_page) + offset);
    }
    /// Object attributes and a name in user memory, the name at `offset` + 64.
    OBJECT_ATTRIBUTES* attributes(uint32_t offset, const char16_t* name, ULONG flags = OBJ_CASE_INSENSITIVE) {
        auto* text = user<char16_t>(offset + 80);
        USHORT length = 0;
        for (; name[length] != 0; ++length) text[length] = name[length];
        auto* string = user<UNICODE_STRING>(offset + 64);
        const auto bytes = static_cast<USHORT>(length * sizeof(char16_t));
        *string = {bytes, bytes, text};
        auto* attributes = user<OBJECT_ATTRIBUTES>(offset);
        *attributes = {sizeof(OBJECT_ATTRIBUTES), nullptr, string, flags, nullptr, nullptr};
        return attributes;
    }
};

/// Runs `body` in a thread of a fresh client process, then ends the process.
inline void run_as_client(void (*body)(Client& client)) {
    UNICODE_STRING image = {16, 18, const_cast<PWSTR>(u"test.exe")};
    Client client{.body = body};
    RSL_REQUIRE(RslCreateClientProcess(&image, 4242, &client.process) >= 0);
    PETHREAD thread = nullptr;
    NTSTATUS status = RslAllocateClientMemory(client.process, 4096, &client.user_page);
    if (status >= 0) {
        status = RslCreateClientThread(
            client.process,
            [](PVOID context) NTAPI {
                auto& own = *static_cast<Client*>(context);
                own.body(own);
            },
            &client, &thread);
    }
    RSL_EXPECT(status >= 0);
    RslTerminateClientProcess(client.process, 0);
    if (thread != nullptr) ObfDereferenceObject(thread);
    ObfDereferenceObject(client.process);
}

}  // namespace rsl::testing
