// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/net_buffer.hpp"

#include <cstring>

#include "base/testing/test.hpp"
#include "classes/ndis/list_pool.hpp"

namespace rsl::ndis {
namespace {

/// "0123456789" in three MDLs of 4, 2 and 4 bytes, and a buffer from a pool.
struct Fixture {
    char bytes[11] = "0123456789";
    MDL* mdls[3] = {make_mdl(bytes, 4), make_mdl(bytes + 4, 2), make_mdl(bytes + 6, 4)};
    BufferPool* pool = make_buffer_pool({.Header = {}, .PoolTag = 0, .DataSize = 0, .Flags = 0});
    NET_BUFFER& buffer = *allocate_buffer(pool);

    Fixture() {
        mdls[0]->Next = mdls[1];
        mdls[1]->Next = mdls[2];
    }
    ~Fixture() {
        free_buffer(&buffer);
        free_pool(*pool);
        for (MDL* mdl : mdls) free_mdl(mdl);
    }
};

bool holds(NET_BUFFER& buffer, const char* text) {
    char copy[16] = {};
    const auto bytes = static_cast<ULONG>(std::strlen(text));
    return buffer.DataLength == bytes && copy_out(buffer, 0, copy, bytes) == bytes &&
           std::memcmp(copy, text, bytes) == 0;
}

RSL_TEST(NetBuffer, WindowFindsItsMdl)
{
    Fixture f;
    RSL_REQUIRE(set_window(f.buffer, f.mdls[0], 5, 3));
    RSL_EXPECT(f.buffer.CurrentMdl == f.mdls[1]);
    RSL_EXPECT_EQ(f.buffer.CurrentMdlOffset, 1u);
    RSL_EXPECT(holds(f.buffer, "567"));
}

RSL_TEST(NetBuffer, WindowMayBeEmptyAtTheEndAndNotBeyond)
{
    Fixture f;
    RSL_EXPECT(set_window(f.buffer, f.mdls[0], 10, 0));
    RSL_EXPECT(!set_window(f.buffer, f.mdls[0], 10, 1));
    RSL_EXPECT(!set_window(f.buffer, f.mdls[0], 11, 0));
    RSL_EXPECT(set_window(f.buffer, nullptr, 0, 0));
    RSL_EXPECT(!set_window(f.buffer, nullptr, 0, 1));
}

RSL_TEST(NetBuffer, DataInOnePieceIsNotCopied)
{
    Fixture f;
    set_window(f.buffer, f.mdls[0], 1, 9);
    RSL_EXPECT(contiguous_data(f.buffer, 3, nullptr, 1, 0) == f.bytes + 1);
}

RSL_TEST(NetBuffer, DataInPiecesNeedsStorage)
{
    Fixture f;
    set_window(f.buffer, f.mdls[0], 1, 9);
    char storage[8] = {};
    RSL_EXPECT(contiguous_data(f.buffer, 7, nullptr, 1, 0) == nullptr);
    RSL_EXPECT(contiguous_data(f.buffer, 7, storage, 1, 0) == storage);
    RSL_EXPECT(std::memcmp(storage, "1234567", 7) == 0);
    RSL_EXPECT(contiguous_data(f.buffer, 10, storage, 1, 0) == nullptr);  // more than there is
}

RSL_TEST(NetBuffer, MisalignedDataIsCopied)
{
    Fixture f;
    set_window(f.buffer, f.mdls[0], 1, 3);
    alignas(8) char storage[8] = {};
    const auto odd = static_cast<ULONG>((reinterpret_cast<uintptr_t>(f.bytes) + 1) % 8);
    RSL_EXPECT(contiguous_data(f.buffer, 3, storage, 8, (odd + 1) % 8) == storage);
    RSL_EXPECT(contiguous_data(f.buffer, 3, storage, 8, odd) == f.bytes + 1);
}

RSL_TEST(NetBuffer, RetreatUsesWhatIsInFront)
{
    Fixture f;
    set_window(f.buffer, f.mdls[0], 5, 3);
    RSL_EXPECT_EQ(retreat(f.buffer, 2, 0, nullptr), NDIS_STATUS_SUCCESS);
    RSL_EXPECT(holds(f.buffer, "34567"));
    RSL_EXPECT(f.buffer.CurrentMdl == f.mdls[0]);
    advance(f.buffer, 2, true, nullptr);
    RSL_EXPECT(holds(f.buffer, "567"));
    RSL_EXPECT(f.buffer.MdlChain == f.mdls[0]);  // the caller's MDLs stay
}

RSL_TEST(NetBuffer, RetreatAddsAnMdlAndAdvanceFreesIt)
{
    Fixture f;
    set_window(f.buffer, f.mdls[0], 1, 2);
    RSL_EXPECT_EQ(retreat(f.buffer, 4, 8, nullptr), NDIS_STATUS_SUCCESS);
    RSL_EXPECT_EQ(f.buffer.DataLength, 6u);
    RSL_EXPECT_EQ(f.buffer.DataOffset, 8u);  // the back fill is unused space
    RSL_EXPECT(f.buffer.MdlChain != f.mdls[0]);
    RSL_EXPECT_EQ(copy_in(f.buffer, 0, "abcd", 4), 4u);
    RSL_EXPECT(holds(f.buffer, "abcd12"));  // "0" became part of the window and was written
    advance(f.buffer, 4, true, nullptr);
    RSL_EXPECT(f.buffer.MdlChain == f.mdls[0]);
    RSL_EXPECT_EQ(f.buffer.DataOffset, 1u);
    RSL_EXPECT(holds(f.buffer, "12"));
}

RSL_TEST(NetBuffer, CopyStopsAtTheShorterWindow)
{
    Fixture from, to;
    set_window(from.buffer, from.mdls[0], 2, 8);  // "23", "45", "6789"
    set_window(to.buffer, to.mdls[0], 0, 7);
    RSL_EXPECT_EQ(copy(to.buffer, 1, 8, from.buffer, 0), 6u);  // the last piece in part
    RSL_EXPECT(holds(to.buffer, "0234567"));
    RSL_EXPECT_EQ(copy(to.buffer, 0, 9, from.buffer, 7), 1u);
}

RSL_TEST(NetBufferList, PoolGivesBufferContextAndMemory)
{
    NET_BUFFER_LIST_POOL_PARAMETERS parameters = {};
    parameters.fAllocateNetBuffer = 1;
    parameters.ProtocolId = 2;
    parameters.DataSize = 100;
    BufferPool* const pool = make_list_pool(parameters);
    NET_BUFFER_LIST* const list = allocate_list(pool, 32, 16);
    RSL_REQUIRE(list != nullptr && list->FirstNetBuffer != nullptr && list->Context != nullptr);
    RSL_EXPECT_EQ(list->Context->Size, 48);
    RSL_EXPECT_EQ(list->Context->Offset, 16);
    RSL_EXPECT_EQ(list->FirstNetBuffer->MdlChain->ByteCount, 100u);
    RSL_EXPECT(!free_pool(*pool));  // one is out
    free_list(list);
    RSL_EXPECT(free_pool(*pool));
}

RSL_TEST(NetBufferList, CloneDescribesTheSameBytes)
{
    Fixture f;
    set_window(f.buffer, f.mdls[0], 3, 5);
    NET_BUFFER_LIST* const original = allocate_list(nullptr, 0, 0);
    original->FirstNetBuffer = &f.buffer;
    for (const bool same : {false, true}) {
        NET_BUFFER_LIST* const clone = clone_list(*original, nullptr, nullptr, same);
        RSL_REQUIRE(clone != nullptr);
        RSL_EXPECT(holds(*clone->FirstNetBuffer, "34567"));
        RSL_EXPECT((clone->FirstNetBuffer->CurrentMdl == f.buffer.CurrentMdl) == same);
        f.bytes[4] = 'x';
        RSL_EXPECT(holds(*clone->FirstNetBuffer, "3x567"));
        f.bytes[4] = '4';
        free_clone(clone, same);
    }
    free_list(original);
}

}  // namespace
}  // namespace rsl::ndis
