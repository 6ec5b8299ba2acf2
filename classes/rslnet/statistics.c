/* SPDX-License-Identifier: GPL-2.0-only */
/* What the driver counts of its adapter, as it says: by OID_GEN_STATISTICS, which NDIS 6 wants
 * answered, or else by the OIDs of NDIS 5, each for one number. */
#include "classes/rslnet/rslnet.h"

#define PARTS 3

/* One of ours is the sum of up to three of a driver's: frames to one, to some and to all. */
static const struct {
    ULONG counter;
    struct {
        ULONG flag, offset; /* in NDIS_STATISTICS_INFO; flag 0: there are no more */
    } parts[PARTS];
} at_once[] = {
#define PART(flag, member) \
    {NDIS_STATISTICS_FLAGS_VALID_##flag, FIELD_OFFSET(NDIS_STATISTICS_INFO, member)}
    {RSL_NET_SENT_FRAMES,
     {PART(DIRECTED_FRAMES_XMIT, ifHCOutUcastPkts),
      PART(MULTICAST_FRAMES_XMIT, ifHCOutMulticastPkts),
      PART(BROADCAST_FRAMES_XMIT, ifHCOutBroadcastPkts)}},
    {RSL_NET_SENT_BYTES, {PART(BYTES_XMIT, ifHCOutOctets)}},
    {RSL_NET_SEND_ERRORS, {PART(XMIT_ERROR, ifOutErrors)}},
    {RSL_NET_SEND_DISCARDS, {PART(XMIT_DISCARDS, ifOutDiscards)}},
    {RSL_NET_RECEIVED_FRAMES,
     {PART(DIRECTED_FRAMES_RCV, ifHCInUcastPkts), PART(MULTICAST_FRAMES_RCV, ifHCInMulticastPkts),
      PART(BROADCAST_FRAMES_RCV, ifHCInBroadcastPkts)}},
    {RSL_NET_RECEIVED_BYTES, {PART(BYTES_RCV, ifHCInOctets)}},
    {RSL_NET_RECEIVE_ERRORS, {PART(RCV_ERROR, ifInErrors)}},
    {RSL_NET_RECEIVE_DISCARDS, {PART(RCV_DISCARDS, ifInDiscards)}},
#undef PART
};

static const struct {
    ULONG counter;
    NDIS_OID oids[PARTS]; /* 0: there are no more */
} one_by_one[] = {
    {RSL_NET_SENT_FRAMES, {OID_GEN_XMIT_OK}},
    {RSL_NET_SENT_BYTES,
     {OID_GEN_DIRECTED_BYTES_XMIT, OID_GEN_MULTICAST_BYTES_XMIT, OID_GEN_BROADCAST_BYTES_XMIT}},
    {RSL_NET_SEND_ERRORS, {OID_GEN_XMIT_ERROR}},
    {RSL_NET_RECEIVED_FRAMES, {OID_GEN_RCV_OK}},
    {RSL_NET_RECEIVED_BYTES,
     {OID_GEN_DIRECTED_BYTES_RCV, OID_GEN_MULTICAST_BYTES_RCV, OID_GEN_BROADCAST_BYTES_RCV}},
    {RSL_NET_RECEIVE_ERRORS, {OID_GEN_RCV_ERROR}},
    {RSL_NET_RECEIVE_DISCARDS, {OID_GEN_RCV_NO_BUFFER}},
};

static void add(RSL_NET_COUNTS* out, ULONG counter, ULONG64 value) {
    out->Counted |= 1u << counter;
    out->Values[counter] += value;
}

/* How many bytes the driver has written; 0: it does not know that OID. */
static ULONG ask(struct bound* bound, NDIS_OID oid, void* answer, ULONG room) {
    NDIS_OID_REQUEST request = {{NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
                                 NDIS_SIZEOF_OID_REQUEST_REVISION_1}};
    request.RequestType = NdisRequestQueryStatistics;
    request.DATA.QUERY_INFORMATION.Oid = oid;
    request.DATA.QUERY_INFORMATION.InformationBuffer = answer;
    request.DATA.QUERY_INFORMATION.InformationBufferLength = room;
    if (RslNdisRequest(bound->adapter, &request) != NDIS_STATUS_SUCCESS) return 0;
    return request.DATA.QUERY_INFORMATION.BytesWritten;
}

static BOOLEAN ask_at_once(struct bound* bound, RSL_NET_COUNTS* out) {
    NDIS_STATISTICS_INFO info = {
        {NDIS_OBJECT_TYPE_DEFAULT, NDIS_STATISTICS_INFO_REVISION_1, sizeof(info)}};
    if (ask(bound, OID_GEN_STATISTICS, &info, sizeof(info)) < sizeof(info)) return FALSE;
    for (ULONG i = 0; i < RTL_NUMBER_OF(at_once); ++i) {
        for (ULONG part = 0; part < PARTS && at_once[i].parts[part].flag != 0; ++part) {
            if (info.SupportedStatistics & at_once[i].parts[part].flag)
                add(out, at_once[i].counter,
                    *(const ULONG64*)((const UCHAR*)&info + at_once[i].parts[part].offset));
        }
    }
    return TRUE;
}

/* Numbers of drivers that know no 64-bit ones have 32. */
static void ask_one_by_one(struct bound* bound, RSL_NET_COUNTS* out) {
    for (ULONG i = 0; i < RTL_NUMBER_OF(one_by_one); ++i) {
        for (ULONG part = 0; part < PARTS && one_by_one[i].oids[part] != 0; ++part) {
            ULONG64 value = 0;
            const ULONG bytes = ask(bound, one_by_one[i].oids[part], &value, sizeof(value));
            if (bytes == sizeof(ULONG) || bytes == sizeof(value))
                add(out, one_by_one[i].counter, bytes == sizeof(value) ? value : (ULONG)value);
        }
    }
}

NTSTATUS ask_counts(struct bound* bound, RSL_NET_COUNTS* out) {
    RtlZeroMemory(out, sizeof(*out));
    if (!ExAcquireRundownProtection(&bound->asking)) return STATUS_DEVICE_NOT_CONNECTED;
    if (!ask_at_once(bound, out)) ask_one_by_one(bound, out);
    ExReleaseRundownProtection(&bound->asking);
    return STATUS_SUCCESS;
}
