// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/bug_check_callbacks.hpp"

#include <string_view>

#include "abi/types/bugcheck_dump.h"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/inspect.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::ke {
namespace {

constinit SpinLock callback_lock{LockRank::kDpc};
constinit LIST_ENTRY callbacks = {};
constinit LIST_ENTRY reason_callbacks = {};

LIST_ENTRY& ready(LIST_ENTRY& head) {
    if (head.Flink == nullptr) list_initialize(head);
    return head;
}

template <typename Record>
bool add(LIST_ENTRY& head, Record& record) {
    InterruptLockGuard guard{callback_lock};
    if (record.State != BufferEmpty) return false;
    record.State = BufferInserted;
    list_push_back(ready(head), record.Entry);
    return true;
}

template <typename Record>
bool remove(Record& record) {
    InterruptLockGuard guard{callback_lock};
    if (record.State != BufferInserted) return false;
    record.State = BufferEmpty;
    list_remove(record.Entry);
    return true;
}

}  // namespace

bool add_bug_check_callback(KBUGCHECK_CALLBACK_RECORD& record) { return add(callbacks, record); }
bool remove_bug_check_callback(KBUGCHECK_CALLBACK_RECORD& record) { return remove(record); }
bool add_bug_check_reason_callback(KBUGCHECK_REASON_CALLBACK_RECORD& record) {
    return add(reason_callbacks, record);
}
bool remove_bug_check_reason_callback(KBUGCHECK_REASON_CALLBACK_RECORD& record) {
    return remove(record);
}

namespace {

// ---- What reason callbacks give. Our dump is the report: it has their data, whole, in hexadecimal.

constexpr uint32_t kMostData = 4096;  // of one callback
constexpr uint32_t kMostRanges = 16;  // of one callback
alignas(16) constinit std::byte in_buffer[kMostData] = {};
constinit char line[2 * kMostData + 1024];

char hex_digit(unsigned value) { return "0123456789abcdef"[value & 15]; }

/// Memory that a callback names may be anywhere.
bool is_readable(const void* memory, uint64_t bytes) {
    const auto address = reinterpret_cast<uint64_t>(memory);
    if (bytes == 0 || address + bytes < address) return false;
    for (uint64_t at = address & ~uint64_t{4095}; at < address + bytes; at += 4096) {
        if (!arch::query_page(arch::kernel_root(), at)) return false;
    }
    return true;
}

std::string_view component_of(const KBUGCHECK_REASON_CALLBACK_RECORD& record) {
    const auto* text = reinterpret_cast<const char*>(record.Component);
    size_t length = 0;
    while (length < 64 && is_readable(text + length, 1) && text[length] != '\0') ++length;
    return {text, length};
}

void begin_line(JsonWriter& out, const KBUGCHECK_REASON_CALLBACK_RECORD& record, std::string_view kind) {
    out.begin_object();
    out.field("component", component_of(record));
    out.field("kind", kind);
}

void end_line(JsonWriter& out) {
    out.end_object();
    arch::console_write("@bugcheck-data ", 15);
    arch::console_write(line, out.needed() < sizeof(line) ? out.needed() : sizeof(line));
    arch::console_write("\n", 1);
}

/// "{00112233-4455-6677-8899-aabbccddeeff}".
std::string_view guid_text(const GUID& guid, char (&text)[39]) {
    constexpr uint8_t kOrder[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    const auto* bytes = reinterpret_cast<const uint8_t*>(&guid);
    char* to = text;
    *to++ = '{';
    for (unsigned i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
        *to++ = hex_digit(bytes[kOrder[i]] >> 4);
        *to++ = hex_digit(bytes[kOrder[i]]);
    }
    *to++ = '}';
    return {text, 38};
}

/// Once for the size, once for the data, as documented ("Writing a Bug Check Callback Routine").
void take_secondary_data(KBUGCHECK_REASON_CALLBACK_RECORD& record) {
    KBUGCHECK_SECONDARY_DUMP_DATA data = {};
    for (PVOID out_buffer : {PVOID{nullptr}, PVOID{in_buffer}}) {
        data = {.InBuffer = in_buffer, .InBufferLength = kMostData, .MaximumAllowed = kMostData, .OutBuffer = out_buffer};
        record.CallbackRoutine(KbCallbackSecondaryDumpData, &record, &data, sizeof(data));
    }
    JsonWriter out(line, sizeof(line));
    char guid[39];
    begin_line(out, record, "secondary");
    out.field("guid", guid_text(data.Guid, guid));
    out.field("bytes", uint64_t{data.OutBufferLength});
    if (data.OutBufferLength > kMostData) {
        out.field("refused", std::string_view("more than MaximumAllowed"));
    } else if (data.OutBufferLength != 0 && !is_readable(data.OutBuffer, data.OutBufferLength)) {
        out.field("refused", std::string_view("OutBuffer is no memory"));
    } else {
        static constinit char text[2 * kMostData] = {};
        const auto* bytes = static_cast<const uint8_t*>(data.OutBuffer);
        for (uint32_t i = 0; i < data.OutBufferLength; ++i) {
            text[2 * i] = hex_digit(bytes[i] >> 4);
            text[2 * i + 1] = hex_digit(bytes[i]);
        }
        out.field("data", std::string_view(text, 2 * size_t{data.OutBufferLength}));
    }
    end_line(out);
}

/// Which pages a driver would add to a dump of the memory.
void take_pages(KBUGCHECK_REASON_CALLBACK_RECORD& record, uint32_t code) {
    JsonWriter out(line, sizeof(line));
    begin_line(out, record, "pages");
    out.key("ranges");
    out.begin_array();
    KBUGCHECK_ADD_PAGES pages = {};
    for (uint32_t i = 0; i < kMostRanges; ++i) {
        pages = {.Context = pages.Context, .BugCheckCode = code};
        record.CallbackRoutine(KbCallbackAddPages, &record, &pages, sizeof(pages));
        if (pages.Count != 0) {
            const bool is_virtual = (pages.Flags & KB_ADD_PAGES_FLAG_VIRTUAL_ADDRESS) != 0;
            out.begin_object();
            out.key(is_virtual ? "virtual" : "physical");
            out.value_hex(pages.Address);
            out.field("pages", uint64_t{pages.Count});
            out.end_object();
        }
        if ((pages.Flags & KB_ADD_PAGES_FLAG_ADDITIONAL_RANGES_EXIST) == 0) break;
    }
    out.end_array();
    end_line(out);
}

void run_reason_callback(KBUGCHECK_REASON_CALLBACK_RECORD& record, uint32_t code) {
    switch (record.Reason) {
        case KbCallbackSecondaryDumpData: return take_secondary_data(record);
        case KbCallbackAddPages: return take_pages(record, code);
        default: return;  // of a dump file, which we do not write: KeRegisterBugCheckReasonCallback says so
    }
}

/// No lock: the processor that held it may be stopped for ever.
template <typename Record, typename Run>
void run_all(LIST_ENTRY& head, Run run) {
    ready(head);
    for (LIST_ENTRY* at = head.Flink; at != &head; at = at->Flink) {
        auto& record = *CONTAINING_RECORD(at, Record, Entry);
        if (record.State != BufferInserted) continue;
        record.State = BufferStarted;
        run(record);
        record.State = BufferFinished;
    }
}

}  // namespace

void run_bug_check_callbacks(uint32_t code) {
    run_all<KBUGCHECK_CALLBACK_RECORD>(callbacks, [](auto& record) { record.CallbackRoutine(record.Buffer, record.Length); });
    run_all<KBUGCHECK_REASON_CALLBACK_RECORD>(reason_callbacks, [code](auto& record) { run_reason_callback(record, code); });
}

}  // namespace rsl::ke
