// SPDX-License-Identifier: GPL-2.0-only
// Golden bytes of every message: a change here is a change of the protocol.
#include <string_view>

#include "base/testing/test.hpp"
#include "protocol/codec/check_entry.hpp"
#include "protocol/codec/registry_records.hpp"

namespace rsl::protocol {
namespace {

constexpr uint64_t kArenaBytes = 1 << 20;

/// The entry's bytes in hex, without the zeroes behind the last byte that is not.
struct Hex {
    char text[130] = {};
    explicit Hex(const void* bytes, size_t count) {
        constexpr char kDigits[] = "0123456789abcdef";
        const auto* at = static_cast<const uint8_t*>(bytes);
        while (count > 0 && at[count - 1] == 0) --count;
        for (size_t i = 0; i < count; ++i) {
            text[2 * i] = kDigits[at[i] >> 4];
            text[2 * i + 1] = kDigits[at[i] & 15];
        }
    }
};

template <typename T>
bool is_golden(MessageId message, const T& body, std::string_view golden) {
    const RequestEntry entry = encode(0x0102030405060708, message, 0x24, body, kNotifyPending);
    if (std::string_view(Hex(&entry, sizeof(entry)).text) != golden) return false;
    const auto back = decode<T>(entry, kArenaBytes);
    return back.ok() && std::memcmp(&*back, &body, sizeof(T)) == 0 && check_entry(entry, kArenaBytes).ok();
}

RSL_TEST(ProtocolVectors, Session) {
    RSL_EXPECT(is_golden(MessageId::kHello, Hello{.version = 1, .client_pid = 0x1234, .image_name = {16, 8}},
                         "0807060504030201010001002400000001000000341200001000000008"));
    RSL_EXPECT(is_golden(MessageId::kGoodbye, Nothing{}, "08070605040302010200010024"));
    RSL_EXPECT(is_golden(MessageId::kPing, Ping{.cookie = 0xABCD},
                         "08070605040302010300010024000000cdab"));
    RSL_EXPECT(is_golden(MessageId::kCancel, Cancel{.request_id = 7, .scope = CancelScope::kHandle},
                         "08070605040302010400010024000000070000000000000001"));
}

RSL_TEST(ProtocolVectors, Objects) {
    RSL_EXPECT(is_golden(MessageId::kClose, Nothing{}, "08070605040302011000010024"));
    RSL_EXPECT(is_golden(MessageId::kDuplicate, Duplicate{.desired_access = 1, .attributes = 2, .options = 3},
                         "08070605040302011100010024000000010000000200000003"));
    RSL_EXPECT(is_golden(MessageId::kDuplicate, Duplicate{.options = 2, .source_process = 0x1234},
                         "080706050403020111000100240000000000000000000000020000003412"));
    RSL_EXPECT(is_golden(MessageId::kQueryObject, Information{.information_class = 1, .buffer = {64, 32}},
                         "080706050403020112000100240000000100000000000000400000002"
                         "0"));
    RSL_EXPECT(is_golden(MessageId::kWait, Wait{.timeout_100ns = -1, .flags = kHasTimeout},
                         "08070605040302011300010024000000ffffffffffffffff01"));
    RSL_EXPECT(is_golden(MessageId::kCreateEvent, CreateEvent{.desired_access = 3, .type = 1, .initial = 1},
                         "080706050403020114000100240000000300000001000"
                         "1"));
    RSL_EXPECT(is_golden(MessageId::kSignalEvent, SignalEvent{.operation = SignalOperation::kReset},
                         "0807060504030201150001002400000001"));
    RSL_EXPECT(is_golden(MessageId::kOpenDirectory, OpenNamed{.desired_access = 1, .attributes = 0x40, .path = {2, 4}},
                         "0807060504030201160001002400000001000000400000000200000004"));
    RSL_EXPECT(is_golden(MessageId::kQueryDirectory, QueryDirectory{.buffer = {8, 16}, .context = 5},
                         "08070605040302011700010024000000080000001000000005"));
    RSL_EXPECT(is_golden(MessageId::kOpenSymbolicLink, OpenNamed{.desired_access = 1, .path = {2, 4}},
                         "0807060504030201180001002400000001000000000000000200000004"));
    RSL_EXPECT(is_golden(MessageId::kQuerySymbolicLink, QuerySymbolicLink{.buffer = {2, 4}},
                         "080706050403020119000100240000000200000004"));
}

RSL_TEST(ProtocolVectors, Files) {
    RSL_EXPECT(is_golden(MessageId::kOpen,
                         Open{.desired_access = 0xC0100000, .attributes = 0x40, .file_attributes = 0x80,
                              .options = 0x60, .share_access = 3, .disposition = 1, .path = {0x100, 0x1A},
                              .ea = {0x200, 0x10}, .allocation_bytes = 0x1000},
                         "08070605040302012000010024000000000010c0400000008000000060000000030001000000"
                         "0000000100001a00000000020000100000000010"));
    RSL_EXPECT(is_golden(MessageId::kRead, Transfer{.buffer = {8, 16}, .offset = -2, .key = 9, .flags = 3},
                         "080706050403020121000100240000000800000010000000feffffffffffffff0900000003"));
    RSL_EXPECT(is_golden(MessageId::kWrite, Transfer{.buffer = {8, 16}, .flags = 0},
                         "080706050403020122000100240000000800000010"));
    RSL_EXPECT(is_golden(MessageId::kIoControl, Control{.code = 0x222000, .input = {0, 8}, .output = {8, 16}},
                         "0807060504030201230001002400000000202200000000000000000008000000080000001"
                         "0"));
    RSL_EXPECT(is_golden(MessageId::kFsControl, Control{.code = 0x90000, .output = {8, 16}},
                         "08070605040302012400010024000000000009000000000000000000000000000800000010"));
    RSL_EXPECT(is_golden(MessageId::kFlush, Nothing{}, "08070605040302012500010024"));
    RSL_EXPECT(is_golden(MessageId::kQueryInformation, Information{.information_class = 5, .buffer = {8, 24}},
                         "0807060504030201260001002400000005000000000000000800000018"));
    RSL_EXPECT(is_golden(MessageId::kSetInformation, Information{.information_class = 14, .buffer = {8, 8}},
                         "080706050403020127000100240000000e000000000000000800000008"));
    RSL_EXPECT(is_golden(MessageId::kQueryVolume, Information{.information_class = 4, .buffer = {8, 8}},
                         "0807060504030201280001002400000004000000000000000800000008"));
    RSL_EXPECT(is_golden(MessageId::kQuerySystem, Information{.information_class = 11, .buffer = {8, 8}},
                         "08070605040302011a000100240000000b000000000000000800000008"));
    RSL_EXPECT(is_golden(MessageId::kSetVolume, Information{.information_class = 2, .buffer = {8, 8}},
                         "0807060504030201290001002400000002000000000000000800000008"));
    RSL_EXPECT(is_golden(MessageId::kQueryDirectoryFile,
                         QueryDirectoryFile{.information_class = 1, .flags = kRestartScan, .buffer = {8, 16}, .pattern = {2, 4}},
                         "08070605040302012a000100240000000100000002000000080000001000000002000000"
                         "04"));
}

RSL_TEST(ProtocolVectors, Drivers) {
    RSL_EXPECT(is_golden(MessageId::kLoadBegin, LoadBegin{.image_bytes = 0x5000, .service_name = {2, 8}},
                         "0807060504030201400001002400000000500000000000000200000008"));
    RSL_EXPECT(is_golden(MessageId::kLoadData, LoadData{.image_offset = 0x10, .data = {8, 16}, .upload = 1},
                         "080706050403020141000100240000001000000000000000080000001000000001"));
    RSL_EXPECT(is_golden(MessageId::kLoadCommit, LoadFinish{.report = {8, 16}, .upload = 1},
                         "08070605040302014200010024000000080000001000000001"));
    RSL_EXPECT(is_golden(MessageId::kLoadAbort, LoadFinish{.upload = 1},
                         "08070605040302014300010024000000000000000000000001"));
    RSL_EXPECT(is_golden(MessageId::kUnloadDriver, UnloadDriver{.service_name = {2, 8}, .report = {16, 64}},
                         "080706050403020144000100240000000200000008000000100000004"
                         "0"));
    RSL_EXPECT(is_golden(MessageId::kVerifyDriver,
                         VerifyDriver{.service_name = {2, 8}, .flags = 0x10, .seed = 7, .rate = 600},
                         "080706050403020147000100240000000200000008000000100000000700000058"
                         "02"));
    RSL_EXPECT(is_golden(MessageId::kListDrivers, ListDrivers{.buffer = {8, 16}, .context = 1},
                         "08070605040302014500010024000000080000001000000001"));
    RSL_EXPECT(is_golden(MessageId::kInspect, Inspect{.path = {0, 6}, .buffer = {8, 16}},
                         "08070605040302014600010024000000000000000600000008000000"
                         "1"
                         "0"));
}

RSL_TEST(ProtocolVectors, Devices) {
    RSL_EXPECT(is_golden(MessageId::kStoreDriver, LoadFinish{.upload = 1},
                         "08070605040302015000010024000000000000000000000001"));
    RSL_EXPECT(is_golden(MessageId::kSetRegistryValue,
                         SetRegistryValue{.key = {2, 8}, .name = {16, 4}, .data = {32, 6}, .type = 1, .flags = kKeepExisting},
                         "080706050403020151000100240000000200000008000000100000000400000020000000060000000100000001"));
    RSL_EXPECT(is_golden(MessageId::kDeviceAction,
                         DeviceAction{.operation = DeviceOperation::kAdd, .device = {2, 8}, .path = {16, 64}},
                         "080706050403020152000100240000000200000000000000020000000800000010000000"
                         "40"));
}

RSL_TEST(ProtocolVectors, Registry) {
    RSL_EXPECT(is_golden(MessageId::kQueryRegistryValue,
                         QueryRegistryValue{.key = {2, 8}, .name = {16, 4}, .buffer = {32, 64}, .offset = 0x100},
                         "0807060504030201700001002400000002000000080000001000000004000000200000004000000000"
                         "01"));
    RSL_EXPECT(is_golden(MessageId::kWatchRegistry, WatchRegistry{.key = {2, 8}, .flags = kTellExisting},
                         "08070605040302017100010024000000020000000800000001"));
    RSL_EXPECT(is_golden(MessageId::kWatchRegistry, WatchRegistry{.key = {}, .flags = kForget, .watch = 3},
                         "0807060504030201710001002400000000000000000000000200000003"));
    RSL_EXPECT(is_golden(MessageId::kRegistryChanges, RegistryChanges{.buffer = {8, 16}, .flags = kWaitForChange},
                         "08070605040302017200010024000000080000001000000001"));
}

RSL_TEST(ProtocolCodec, RefusesRegistryNamesBeyondTheirBounds) {
    const auto refused = [](ArenaSpan key, ArenaSpan name, uint32_t flags) {
        return !decode<SetRegistryValue>(encode(1, MessageId::kSetRegistryValue, 0,
                                                SetRegistryValue{.key = key, .name = name, .flags = flags}),
                                         kArenaBytes);
    };
    RSL_EXPECT(!refused({0, kMaxKeyBytes}, {0, kMaxValueNameBytes}, kDeleteTree));
    RSL_EXPECT(refused({0, kMaxKeyBytes + 2}, {}, 0));
    RSL_EXPECT(refused({0, 2}, {0, kMaxValueNameBytes + 2}, 0));
    RSL_EXPECT(!refused({0, 2}, {}, RegistryFlags::kFlush));
    RSL_EXPECT(refused({0, 2}, {}, 32));
    RSL_EXPECT(!decode<WatchRegistry>(encode(1, MessageId::kWatchRegistry, 0, WatchRegistry{}), kArenaBytes));
    RSL_EXPECT(!decode<WatchRegistry>(encode(1, MessageId::kWatchRegistry, 0, WatchRegistry{.key = {0, 2}, .flags = 4}), kArenaBytes));
}

struct RecordBytes {
    std::byte bytes[256] = {};
    size_t used = 0;
    void add(RegistryRecord record, std::u16string_view key, std::u16string_view name) {
        std::memcpy(bytes + used, &record, sizeof(record));
        std::memcpy(bytes + used + sizeof(record), key.data(), key.size() * 2);
        std::memcpy(bytes + used + sizeof(record) + key.size() * 2, name.data(), name.size() * 2);
        used += record.total_bytes();
    }
    std::span<const std::byte> span() const { return {bytes, used}; }
};

RSL_TEST(RegistryRecords, AreReadOneByOne) {
    RecordBytes records;
    records.add({.watch = 2, .change = RegistryChange::kValueSet, .key_bytes = 20, .name_bytes = 6}, u"Parameters", u"One");
    records.add({.watch = 0, .change = RegistryChange::kKeyDeleted, .key_bytes = 2, .name_bytes = 0}, u"K", u"");
    RegistryRecordReader reader{records.span()};
    const auto first = reader.next();
    RSL_REQUIRE(first.ok());
    RSL_EXPECT(first->watch == 2 && first->change == RegistryChange::kValueSet);
    RSL_EXPECT(first->key.size() == 20 && std::memcmp(first->key.data(), u"Parameters", 20) == 0);
    RSL_EXPECT(first->name.size() == 6 && std::memcmp(first->name.data(), u"One", 6) == 0);
    RSL_EXPECT(!reader.at_end());
    RSL_EXPECT(reader.next().ok() && reader.at_end());
}

RSL_TEST(RegistryRecords, AreRefusedWhenTheyLie) {
    const auto refused = [](RegistryRecord record, size_t bytes) {
        RecordBytes records;
        records.add(record, u"", u"");
        return !RegistryRecordReader{std::span<const std::byte>(records.bytes, bytes)}.next().ok();
    };
    const RegistryRecord good{.watch = 0, .change = RegistryChange::kKeyMade, .key_bytes = 0, .name_bytes = 0};
    RSL_EXPECT(!refused(good, 16));
    RSL_EXPECT(refused(good, 15));
    for (RegistryRecord bad : {RegistryRecord{0, RegistryChange{5}, 0, 0}, RegistryRecord{0, RegistryChange{0}, 0, 0},
                               RegistryRecord{0, RegistryChange::kKeyMade, 8, 0}, RegistryRecord{0, RegistryChange::kKeyMade, 1, 0},
                               RegistryRecord{0, RegistryChange::kKeyMade, 0xFFFFFFFE, 0}}) {
        RecordBytes records;
        std::memcpy(records.bytes, &bad, sizeof(bad));
        RSL_EXPECT(!RegistryRecordReader{std::span<const std::byte>(records.bytes, 16)}.next().ok());
    }
}

RSL_TEST(ProtocolVectors, Processes) {
    RSL_EXPECT(is_golden(MessageId::kHello,
                         Hello{.version = 1, .client_pid = 0x1234, .image_name = {16, 8}, .windows_process = 0x20, .windows_parent = 0x24},
                         "08070605040302010100010024000000010000003412000010000000080000002000000024"));
    RSL_EXPECT(is_golden(MessageId::kProcessStarted,
                         ProcessStarted{.process = 0x20, .thread = 0x24, .parent = 0x28, .creator_process = 0x2c, .creator_thread = 0x30,
                                        .image = {2, 8}, .command_line = {16, 4}},
                         "0807060504030201600001002400000020000000240000002800000"
                         "02c000000300000000000000002000000080000001000000004"));
    RSL_EXPECT(is_golden(MessageId::kProcessEnded, ProcessEnded{.process = 0x20, .exit_status = -1},
                         "0807060504030201610001002400000020000000ffffffff"));
    RSL_EXPECT(is_golden(MessageId::kThreadChanged, ThreadChanged{.process = 0x20, .thread = 0x24, .created = 1},
                         "08070605040302016200010024000000200000002400000001"));
    RSL_EXPECT(is_golden(MessageId::kImageLoaded, ImageLoaded{.base = 0x10000, .bytes = 0x3000, .process = 0x20, .path = {2, 8}},
                         "080706050403020163000100240000000000010000000000003000000000000020000000000000000200000008"));
    RSL_EXPECT(!decode<ThreadChanged>(encode(1, MessageId::kThreadChanged, 0, ThreadChanged{.process = 4, .created = 2}), kArenaBytes));
    RSL_EXPECT(!decode<ProcessEnded>(encode(1, MessageId::kProcessEnded, 0, ProcessEnded{}), kArenaBytes));
}

RSL_TEST(ProtocolCodec, RefusesDeviceOperationsThatDoNotExist) {
    for (const uint32_t operation : {0u, 7u, ~0u}) {
        RSL_EXPECT(!decode<DeviceAction>(encode(1, MessageId::kDeviceAction, 0,
                                                DeviceAction{.operation = static_cast<DeviceOperation>(operation)}),
                                         kArenaBytes));
    }
    RSL_EXPECT(!decode<SetRegistryValue>(encode(1, MessageId::kSetRegistryValue, 0, SetRegistryValue{}), kArenaBytes));
}

RSL_TEST(ProtocolVectors, Memory) {
    RSL_EXPECT(is_golden(MessageId::kHello,
                         Hello{.version = 1, .client_pid = 7, .lending = {0x40, 0x2000}, .arena_address = 0x12345000},
                         "080706050403020101000100240000000100000007000000000000000000000000000000000000004000000000"
                         "20000000503412"));
    RSL_EXPECT(is_golden(MessageId::kIoControl,
                         Control{.code = 0x222003, .flags = kInputAtAddress | kOutputAtAddress, .input = {0, 8},
                                 .output = {0, 16}, .input_address = 0x7F0000001234, .output_address = ~uint64_t{0}},
                         "080706050403020123000100240000000320220003000000000000000800000000000000100000003412000000"
                         "7f0000ffffffffffffffff"));
    RSL_EXPECT(is_golden(MessageId::kLend, Lend{.pages = 3, .writable = 5},
                         "08070605040302018000010024000000030000000000000005"));
}

RSL_TEST(ProtocolVectors, OwnObjects) {
    RSL_EXPECT(is_golden(MessageId::kLendObject,
                         LendObject{.object = OwnObject::kNotificationEvent, .access = 0x1F0003, .value = 0, .state = 1,
                                    .changes = {0x80, sizeof(OwnObjectChanges)}},
                         "08070605040302018100010024000000"
                         "0300000003001f000000000001000000800000004004"));
    RSL_EXPECT(is_golden(MessageId::kSignalOwnObject, SignalOwnObject{.id = 255, .signal = OwnObjectSignal::kPulse},
                         "08070605040302018200010024000000ff00000002"));
}

RSL_TEST(ProtocolCodec, RefusesObjectsThatAreNone) {
    const auto refused = [](LendObject lent) { return !decode<LendObject>(encode(1, MessageId::kLendObject, 0, lent), kArenaBytes); };
    RSL_EXPECT(!refused({}));
    RSL_EXPECT(refused({.object = static_cast<OwnObject>(5)}));
    RSL_EXPECT(refused({.state = 2}));
    RSL_EXPECT(refused({.changes = {64, sizeof(OwnObjectChanges) - 64}}));
    RSL_EXPECT(refused({.changes = {8, sizeof(OwnObjectChanges)}}));
    RSL_EXPECT(refused({.changes = {static_cast<uint32_t>(kArenaBytes - 64), sizeof(OwnObjectChanges)}}));
    const auto no_signal = [](SignalOwnObject body) {
        return !decode<SignalOwnObject>(encode(1, MessageId::kSignalOwnObject, 0, body), kArenaBytes);
    };
    RSL_EXPECT(!no_signal({}));
    RSL_EXPECT(no_signal({.id = kMaxOwnObjects}));
    RSL_EXPECT(no_signal({.signal = static_cast<OwnObjectSignal>(3)}));
}

RSL_TEST(ProtocolCodec, RefusesLentPagesThatAreNone) {
    const auto refused = [](uint32_t flags, ArenaSpan span, uint64_t address) {
        const bool input = !decode<Control>(encode(1, MessageId::kIoControl, 0,
                                                   Control{.flags = flags, .input = span, .input_address = address}), kArenaBytes);
        const bool output = !decode<Control>(encode(1, MessageId::kIoControl, 0,
                                                    Control{.flags = flags << 1, .output = span, .output_address = address}), kArenaBytes);
        return input && output;
    };
    constexpr uint32_t kBoth = kInputAtAddress | kInputLent;
    RSL_EXPECT(!refused(kBoth, {0x1123, 0x2000}, 0x7F0000000123));
    RSL_EXPECT(refused(kInputLent, {0x1123, 0x2000}, 0x7F0000000123));
    RSL_EXPECT(refused(kBoth, {0x1123, 0x2000}, 0x7F0000000124));       // another place in its page
    RSL_EXPECT(refused(kBoth, {kArenaBytes - 0x1000, 0x1001}, 0x7F0000000000));
    RSL_EXPECT(refused(kBoth, {0x1000, 0x10}, 0xFFFF800000000000));
    RSL_EXPECT(refused(kBoth, {0x1000, 0x10}, 0x1000));
    RSL_EXPECT(refused(kBoth, {0, 0}, 0x7F0000000000));
    static_assert(kInputLent << 1 == kOutputLent && kInputAtAddress << 1 == kOutputAtAddress);
}

RSL_TEST(ProtocolCodec, RefusesWindowsThatAreNoWholePages) {
    const auto refused = [](ArenaSpan lending, uint64_t arena_address = 0) {
        return !decode<Hello>(encode(1, MessageId::kHello, 0,
                                     Hello{.version = 1, .lending = lending, .arena_address = arena_address}), kArenaBytes);
    };
    RSL_EXPECT(!refused({64, 4096}) && !refused({0, 0}));
    RSL_EXPECT(refused({64, 4095}));
    RSL_EXPECT(refused({8, 4096}));
    RSL_EXPECT(refused({kArenaBytes - 64, 4096}));
    RSL_EXPECT(refused({64, 4096}, 0x1001));
    RSL_EXPECT(!decode<Lend>(encode(1, MessageId::kLend, 0, Lend{.pages = kMaxLentPages + 1}), kArenaBytes));
}

RSL_TEST(ProtocolVectors, Reply) {
    const ReplyEntry reply{.request_id = 5, .status = -1, .kind = ReplyKind::kDone, .information = 3,
                           .values = {1, 2, 3, 4, 5}};
    RSL_EXPECT(std::string_view(Hex(&reply, sizeof(reply)).text) ==
               "0500000000000000ffffffff0100000003000000000000000100000000000000020000000000000003000000"
               "00000000040000000000000005");
}

RSL_TEST(ProtocolCodec, RefusesSpansOutsideTheArena) {
    const auto refused = [](ArenaSpan span) {
        return !decode<Information>(encode(1, MessageId::kQueryInformation, 4, Information{.buffer = span}), kArenaBytes);
    };
    RSL_EXPECT(refused({kArenaBytes, 1}));
    RSL_EXPECT(refused({kArenaBytes - 1, 2}));
    RSL_EXPECT(refused({0xFFFFFFFF, 0xFFFFFFFF}));
    RSL_EXPECT(!refused({kArenaBytes - 1, 1}));
    RSL_EXPECT(!refused({0xFFFFFFFF, 0}));  // nothing lies nowhere
}

RSL_TEST(ProtocolCodec, RefusesOddAndEndlessText) {
    const auto refused = [](ArenaSpan path) {
        return !decode<Open>(encode(1, MessageId::kOpen, 0, Open{.path = path}), kArenaBytes);
    };
    RSL_EXPECT(refused({0, 3}));
    RSL_EXPECT(refused({1, 2}));
    RSL_EXPECT(refused({0, kMaxPathBytes + 2}));
    RSL_EXPECT(!refused({0, kMaxPathBytes}));
}

RSL_TEST(ProtocolCodec, RefusesRequestIdZero) {
    RSL_EXPECT_EQ(check_entry(encode(0, MessageId::kPing, 0, Ping{}), kArenaBytes).failure(),
                  Status::kProtocolViolation);
}

RSL_TEST(ProtocolCodec, DoesNotKnowEveryMessage) {
    RSL_EXPECT_EQ(check_entry(encode(1, static_cast<MessageId>(999), 0, Ping{}), kArenaBytes).failure(),
                  Status::kNotImplemented);
}

RSL_TEST(ProtocolCodec, RefusesEnumeratorsThatDoNotExist) {
    RSL_EXPECT(!decode<Cancel>(encode(1, MessageId::kCancel, 0, Cancel{.scope = static_cast<CancelScope>(3)}), kArenaBytes));
    RSL_EXPECT(!decode<CreateEvent>(encode(1, MessageId::kCreateEvent, 0, CreateEvent{.type = 2}), kArenaBytes));
}

}  // namespace
}  // namespace rsl::protocol
