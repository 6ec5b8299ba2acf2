// SPDX-License-Identifier: GPL-2.0-only
// NDIS 5 miniports: to the rest of ndis.sys they are NDIS 6 ones, whose handlers are here and call
// the driver's (docs/adr/0025-ndis5.md). Begin reading here, then miniport.cpp.
//
// A serialized miniport, as most older ones are, has one handler running at a time: Entered holds
// its lock. What comes while somebody is inside (frames to send, packets that return) is queued,
// and whoever is inside does it on the way out.
#pragma once

#include <atomic>

#include "classes/ndis/handles.hpp"
#include "classes/ndis/legacy/packets.hpp"
#include "classes/ndis/list_pool.hpp"

namespace rsl::ndis::legacy {

/// A driver that has called NdisInitializeWrapper. Lives in its driver object's extension.
struct Driver {
    MiniportDriver* miniport;
    NDIS51_MINIPORT_CHARACTERISTICS calls;  // zero behind what its version has
    PDRIVER_UNLOAD unload;
};
/// nullptr for a driver object that is none.
Driver* driver_of(DRIVER_OBJECT* object);

/// Blocks in the order in which they came.
struct BlockQueue {
    PacketBlock *first, *last;
};

struct MapRegisters;

/// An adapter's translator: `context` of the Adapter, from initialization to halt.
struct Miniport {
    Adapter* adapter;
    Driver* driver;
    NDIS_HANDLE context;  // the driver's
    ULONG attributes;     // NDIS_ATTRIBUTE_*
    bool serialized;
    PacketPool* packets;  // for what is sent
    BufferPool* lists;    // for what is received
    NDIS_HANDLE dma;      // null: the driver does not want scatter/gather lists
    MapRegisters* map_registers;
    ULONG most_packets;                 // in one call of MiniportSendPackets
    std::atomic<ULONG64> link_speed;    // bits a second, as the driver last said
    PIO_WORKITEM speed_item;            // asks it; held while it is queued
    std::atomic<bool> speed_is_wanted;  // it is queued

    std::atomic<LONG> holds;   // 0: paused; 1 for running and 1 for each list on its way up
    std::atomic<LONG> inside;  // who may still look at this structure

    KSPIN_LOCK serial_lock;     // held while a handler of a serialized miniport runs
    KSPIN_LOCK queue_lock;      // of the next two
    BlockQueue sends, returns;  // serialized only
    std::atomic<bool> blocked;  // it is out of resources: sends wait
    std::atomic<bool> resets;   // and wait

    ADAPTER_SHUTDOWN_HANDLER shutdown;
    void* shutdown_context;
};

inline Miniport& miniport_of(NDIS_HANDLE adapter_handle) {
    return *static_cast<Miniport*>(adapter_of(adapter_handle)->context);
}

/// Keeps the structure from being freed.
class Looking {
  public:
    explicit Looking(Miniport& miniport) : miniport_(miniport) {
        miniport_.inside.fetch_add(1,
                                   std::memory_order_relaxed);  // its life is somebody's hold yet
    }
    ~Looking() {
        miniport_.inside.fetch_sub(1, std::memory_order_release);  // pairs with wait_until_left()
    }
    Looking(const Looking&) = delete;
    Looking& operator=(const Looking&) = delete;

  private:
    Miniport& miniport_;
};

/// While it lives the driver's handlers may be called: at DISPATCH_LEVEL, and one at a time if the
/// miniport is serialized.
class Entered {
  public:
    explicit Entered(Miniport& miniport);
    ~Entered();
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;

  private:
    Looking looking_;
    Miniport& miniport_;
    KIRQL before_;
};

// ---- serial.cpp
/// For serialized miniports. IRQL <= DISPATCH_LEVEL.
void queue(Miniport& miniport, BlockQueue& to, PacketBlock* first, PacketBlock* last);
/// Does what is queued, unless somebody inside will.
void work_off(Miniport& miniport);
/// Sends need not wait.
bool may_send(const Miniport& miniport);
/// Waits until nobody looks at the structure. PASSIVE_LEVEL.
void wait_until_left(Miniport& miniport);

/// False: it is paused.
bool hold(Miniport& miniport);
/// Ends a pause that waits for it.
void drop(Miniport& miniport);

// ---- miniport.cpp
void NTAPI reset_complete(NDIS_HANDLE adapter, NDIS_STATUS status, BOOLEAN addressing_reset);
extern const NDIS_MINIPORT_DRIVER_CHARACTERISTICS kTranslator;

// ---- dma.cpp
void free_map_registers(Miniport& miniport);

// ---- requests.cpp
NDIS_STATUS NTAPI oid_request(NDIS_HANDLE context, NDIS_OID_REQUEST* request);
void NTAPI request_complete(NDIS_HANDLE adapter, NDIS_STATUS status);
/// Asks the driver for the link's speed, soon, and tells who is above when it is another one.
void refresh_speed(Miniport& miniport);
/// What NDIS 6 wants to know of an adapter, asked for by OIDs. PASSIVE_LEVEL.
NDIS_STATUS describe(Miniport& miniport);

// ---- send.cpp
void NTAPI send_lists(NDIS_HANDLE context, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port,
                      ULONG flags);
void NTAPI cancel_send(NDIS_HANDLE context, PVOID id);
void NTAPI send_complete(NDIS_HANDLE adapter, NDIS_PACKET* packet, NDIS_STATUS status);
void NTAPI send_resources(NDIS_HANDLE adapter);
/// A packet's list for the device is there; `context` is its block.
void NTAPI sg_list_ready(DEVICE_OBJECT* device, void* reserved, SCATTER_GATHER_LIST* list,
                         void* context);
/// Hands queued packets to the driver until it is out of resources. Entered.
void send_queued(Miniport& miniport);

// ---- receive.cpp
void NTAPI indicate_packets(NDIS_HANDLE adapter, NDIS_PACKET** packets, NDIS_UINT count);
void NTAPI return_lists(NDIS_HANDLE context, NET_BUFFER_LIST* lists, ULONG flags);
/// Gives queued packets back to the driver. Entered.
void return_queued(Miniport& miniport);

// ---- lookahead.cpp: frames of which the driver shows the beginning and copies the rest
void NTAPI indicate_frame(NDIS_HANDLE adapter, NDIS_HANDLE receive_context, char* address,
                          void* header, NDIS_UINT header_bytes, void* lookahead,
                          NDIS_UINT lookahead_bytes, NDIS_UINT packet_bytes);
void NTAPI indicate_frames_complete(NDIS_HANDLE adapter);
void NTAPI transfer_complete(NDIS_HANDLE adapter, NDIS_PACKET* packet, NDIS_STATUS status,
                             NDIS_UINT bytes);
void free_copied_frame(NET_BUFFER_LIST* list);

}  // namespace rsl::ndis::legacy
