// SPDX-License-Identifier: GPL-2.0-only
// Debug output reaches the sink as lines; state is inspected as JSON.
#include "kernel/ke/exports/test_thread.hpp"
#include "kernel/ke/log.hpp"
#include "abi/private/rsl_kernel.h"

namespace rsl {
namespace {

/// The last lines that the sink got.
struct Heard {
    char line[256] = {};
    char source[64] = {};
    ULONG level = 99;
    int count = 0;
    static void NTAPI hear(PVOID context, ULONG64, ULONG level, PCSTR source, PCSTR line, ULONG bytes) {
        auto& self = *static_cast<Heard*>(context);
        ++self.count;
        self.level = level;
        std::string_view(line, bytes).copy(self.line, sizeof(self.line) - 1);
        self.line[bytes < sizeof(self.line) ? bytes : sizeof(self.line) - 1] = '\0';
        std::string_view(source).copy(self.source, sizeof(self.source) - 1);
    }
};

RSL_TEST(DbgPrint, GivesTheSinkALineForEachLine) {
    static Heard heard;
    RslSetLogSink(Heard::hear, &heard);
    const int before = heard.count;  // kept lines came first
    DbgPrint("first %d\nsecond %s\n", 1, "two");
    RSL_EXPECT_EQ(heard.count, before + 2);
    RSL_EXPECT(std::string_view(heard.line) == "second two");
    RSL_EXPECT(std::string_view(heard.source) == "ntoskrnl.exe");
    DbgPrintEx(77, 0, "bad: %wZ", nullptr);
    RSL_EXPECT_EQ(heard.level, static_cast<ULONG>(ke::LogLevel::kError));
    RslSetLogSink(nullptr, nullptr);
    DbgPrint("nobody hears this now\n");
    RSL_EXPECT_EQ(heard.count, before + 3);
}

RSL_TEST(RslInspect, ListsAndShowsState) {
    static char text[32 * 1024];
    SIZE_T needed = 0;
    RSL_EXPECT_EQ(RslInspect("kernel/ke", text, sizeof(text), &needed), STATUS_SUCCESS);
    const std::string_view list(text, needed);
    RSL_EXPECT(list.find("\"kernel/ke/threads\"") != list.npos);
    for (const char* path : {"kernel/ke/threads", "kernel/ke/processors", "kernel/ke/timers"}) {
        RSL_EXPECT_EQ(RslInspect(path, text, sizeof(text), &needed), STATUS_SUCCESS);
        RSL_EXPECT(needed > 2 && (text[0] == '[' || text[0] == '{'));
    }
    RSL_EXPECT_EQ(RslInspect("kernel/ke/threads", text, 10, &needed), STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT(needed > 10);
    RSL_EXPECT_EQ(RslInspect("kernel/none", text, sizeof(text), &needed), STATUS_OBJECT_PATH_NOT_FOUND);
    RSL_EXPECT_EQ(RslInspect("kernel/k", text, sizeof(text), &needed), STATUS_OBJECT_PATH_NOT_FOUND);
}

}  // namespace
}  // namespace rsl
