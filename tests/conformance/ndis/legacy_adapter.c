/* SPDX-License-Identifier: GPL-2.0-only */
#include "legacy_adapter.h"

NTKERNELAPI NTSTATUS NTAPI IoCreateDriver(PUNICODE_STRING DriverName, PDRIVER_INITIALIZE Routine);
NTKERNELAPI VOID NTAPI IoDeleteDriver(PDRIVER_OBJECT DriverObject);

#define PORTS 0x5550

static const GUID kBusInterface = {
    0x496B8280, 0x6F25, 0x11D0, {0xBE, 0xAF, 0x08, 0x00, 0x2B, 0xE2, 0x09, 0x2F}};

LEGACY Legacy;
static PDEVICE_OBJECT Physical, Between;

/* ---- The driver's handlers */

VOID LegacyEnter(VOID) {
    if (InterlockedIncrement(&Legacy.Inside) != 1) InterlockedIncrement(&Legacy.Overlaps);
}
VOID LegacyLeave(VOID) { InterlockedDecrement(&Legacy.Inside); }

static NDIS_STATUS NTAPI Initialize(PNDIS_STATUS error, PUINT selected, PNDIS_MEDIUM media,
                                    UINT count, NDIS_HANDLE adapter, NDIS_HANDLE configuration) {
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(count != 0 && media[0] == NdisMedium802_3);
    *error = NDIS_STATUS_SUCCESS;
    *selected = 0;
    Legacy.Adapter = adapter;
    NdisMSetAttributesEx(adapter, &Legacy, 0, Legacy.Attributes, NdisInterfaceInternal);
    if (Legacy.AtInitialize != NULL) Legacy.AtInitialize(configuration);
    return Legacy.InitializeStatus;
}
static VOID NTAPI Halt(NDIS_HANDLE context) {
    CHECK(context == &Legacy);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    ++Legacy.Halts;
}
static NDIS_STATUS NTAPI Query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG room,
                               PULONG written, PULONG needed) {
    static const UCHAR kAddress[6] = {2, 0x52, 0x53, 0x4C, 5, 1};
    ULONG number = oid == OID_GEN_MAXIMUM_FRAME_SIZE     ? 1500
                   : oid == OID_GEN_LINK_SPEED           ? 1000000
                   : oid == OID_GEN_MAXIMUM_SEND_PACKETS ? 8
                                                         : 0;
    BOOLEAN address = oid == OID_802_3_CURRENT_ADDRESS || oid == OID_802_3_PERMANENT_ADDRESS;
    CHECK(context == &Legacy);
    ++Legacy.Queries;
    Legacy.QueryIrql = KeGetCurrentIrql();
    *written = 0;
    *needed = address ? sizeof(kAddress) : sizeof(number);
    if (!address && number == 0) return NDIS_STATUS_NOT_SUPPORTED;
    if (room < *needed) return NDIS_STATUS_INVALID_LENGTH;
    NdisMoveMemory(buffer, address ? (const void*)kAddress : &number, *needed);
    *written = *needed;
    return NDIS_STATUS_SUCCESS;
}
static NDIS_STATUS NTAPI Set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG bytes,
                             PULONG read, PULONG needed) {
    (void)context, (void)oid, (void)buffer, (void)bytes;
    *read = *needed = 0;
    return NDIS_STATUS_NOT_SUPPORTED;
}
static NDIS_STATUS NTAPI Reset(PBOOLEAN addressing, NDIS_HANDLE context) {
    (void)context;
    *addressing = FALSE;
    return NDIS_STATUS_SUCCESS;
}
static NDIS_STATUS SendOne(PNDIS_PACKET packet) {
    NDIS_STATUS status;
    LegacyEnter();
    InterlockedIncrement(&Legacy.Sends);
    status = Legacy.Send == NULL ? NDIS_STATUS_SUCCESS : Legacy.Send(packet);
    LegacyLeave();
    return status;
}
static NDIS_STATUS NTAPI Send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags) {
    (void)flags;
    CHECK(context == &Legacy);
    return SendOne(packet);
}
static VOID NTAPI SendPackets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count) {
    CHECK(context == &Legacy);
    for (UINT i = 0; i < count; ++i) {
        NDIS_STATUS status = SendOne(packets[i]);
        if ((Legacy.Attributes & NDIS_ATTRIBUTE_DESERIALIZE) == 0) {
            NDIS_SET_PACKET_STATUS(packets[i], status);
        } else if (status != NDIS_STATUS_PENDING) {
            NdisMSendComplete(Legacy.Adapter, packets[i], status);
        }
    }
}

static VOID NTAPI ReturnPacket(NDIS_HANDLE context, PNDIS_PACKET packet) {
    (void)packet;
    CHECK(context == &Legacy);
    LegacyEnter();
    InterlockedIncrement(&Legacy.Returns);
    LegacyLeave();
}
static VOID NTAPI Shutdown(PVOID context) {
    CHECK(context == &Legacy);
    ++Legacy.Shutdowns;
}

VOID LegacyCharacteristics(NDIS_MINIPORT_CHARACTERISTICS* characteristics) {
    RtlZeroMemory(characteristics, sizeof(*characteristics));
    characteristics->MajorNdisVersion = NDIS_MINIPORT_MAJOR_VERSION;
    characteristics->MinorNdisVersion = NDIS_MINIPORT_MINOR_VERSION;
    characteristics->HaltHandler = Halt;
    characteristics->InitializeHandler = Initialize;
    characteristics->QueryInformationHandler = Query;
    characteristics->SetInformationHandler = Set;
    characteristics->ResetHandler = Reset;
    characteristics->ReturnPacketHandler = ReturnPacket;
    characteristics->AdapterShutdownHandler = Shutdown;
    characteristics->TransferDataHandler = Legacy.TransferData;
    characteristics->AllocateCompleteHandler = Legacy.AllocateComplete;
    characteristics->ISRHandler = Legacy.Isr;
    characteristics->HandleInterruptHandler = Legacy.HandleInterrupt;
    characteristics->EnableInterruptHandler = Legacy.EnableInterrupt;
    characteristics->DisableInterruptHandler = Legacy.DisableInterrupt;
    if (Legacy.SendsOne) {
        characteristics->SendHandler = Send;
    } else {
        characteristics->SendPacketsHandler = SendPackets;
    }
}

/* ---- The bus */

static VOID NTAPI Nothing(PVOID context) { (void)context; }
static ULONG NTAPI GetData(PVOID context, ULONG type, PVOID buffer, ULONG offset, ULONG length) {
    (void)context;
    if (type != 0 || offset > sizeof(Legacy.Configuration)) return 0;
    length = min(length, sizeof(Legacy.Configuration) - offset);
    RtlCopyMemory(buffer, Legacy.Configuration + offset, length);
    return length;
}
static ULONG NTAPI SetData(PVOID context, ULONG type, PVOID buffer, ULONG offset, ULONG length) {
    (void)context;
    if (type != 0 || offset > sizeof(Legacy.Configuration)) return 0;
    length = min(length, sizeof(Legacy.Configuration) - offset);
    RtlCopyMemory(Legacy.Configuration + offset, buffer, length);
    return length;
}

static NTSTATUS NTAPI BusDispatch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    NTSTATUS status = irp->IoStatus.Status;
    (void)device;
    if (location->MajorFunction == IRP_MJ_PNP) {
        if (location->MinorFunction != IRP_MN_QUERY_INTERFACE) {
            status = STATUS_SUCCESS;
        } else if (RtlCompareMemory(location->Parameters.QueryInterface.InterfaceType,
                                    &kBusInterface, sizeof(GUID)) == sizeof(GUID)) {
            PBUS_INTERFACE_STANDARD bus =
                (PBUS_INTERFACE_STANDARD)location->Parameters.QueryInterface.Interface;
            RtlZeroMemory(bus, sizeof(*bus));
            bus->Size = sizeof(*bus);
            bus->Version = 1;
            bus->Context = &Legacy;
            bus->InterfaceReference = bus->InterfaceDereference = Nothing;
            bus->GetBusData = GetData;
            bus->SetBusData = SetData;
            status = STATUS_SUCCESS;
        }
    }
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

/* ---- Up and down */

static NTSTATUS NTAPI Entry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    Legacy.Driver = driver;
    NdisMInitializeWrapper(&Legacy.Wrapper, driver, path, NULL);
    return Legacy.Wrapper == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

BOOLEAN LegacyDriverUp(VOID) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Driver\\ConformanceNdis5");
    Legacy.Driver = NULL;
    Legacy.Wrapper = Legacy.Adapter = NULL;
    return NT_SUCCESS(IoCreateDriver(&name, Entry));
}
VOID LegacyDriverDown(VOID) {
    if (Legacy.Driver != NULL) IoDeleteDriver(Legacy.Driver);
    RtlZeroMemory(&Legacy, sizeof(Legacy));
}

static NTSTATUS Request(UCHAR major, UCHAR minor, PCM_RESOURCE_LIST resources) {
    IO_STATUS_BLOCK block;
    KEVENT done;
    NTSTATUS status;
    PIO_STACK_LOCATION next;
    PIRP irp;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(major == IRP_MJ_SHUTDOWN ? major : IRP_MJ_PNP, Legacy.Device,
                                       NULL, 0, NULL, &done, &block);
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = major;
    next->MinorFunction = minor;
    if (major == IRP_MJ_PNP && minor == IRP_MN_START_DEVICE) {
        next->Parameters.StartDevice.AllocatedResources = resources;
        next->Parameters.StartDevice.AllocatedResourcesTranslated = resources;
    }
    status = IoCallDriver(Legacy.Device, irp);
    if (status != STATUS_PENDING) return status;
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return block.Status;
}
NTSTATUS LegacyRequest(UCHAR major, UCHAR minor) { return Request(major, minor, NULL); }

/* Installs the device as an INF would, as far as its software key: that is named in the key above
 * the device's own. */
static NTSTATUS NameSoftwareKey(VOID) {
    static const WCHAR kDriver[] = L"{4d36e972-e325-11ce-bfc1-08002be10318}\\0555";
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"Driver"), path;
    OBJECT_ATTRIBUTES attributes;
    struct { /* KEY_NAME_INFORMATION */
        ULONG NameLength;
        WCHAR Name[512];
    } information;
    ULONG bytes;
    HANDLE key;
    NTSTATUS status = IoOpenDeviceRegistryKey(Physical, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key);
    if (!NT_SUCCESS(status)) return status;
    status = ZwQueryKey(key, KeyNameInformation, &information, sizeof(information), &bytes);
    ZwClose(key);
    if (!NT_SUCCESS(status)) return status;
    path.Buffer = information.Name;
    path.Length = path.MaximumLength = (USHORT)information.NameLength;
    while (path.Length > 2 && path.Buffer[path.Length / 2] != L'\\') path.Length -= 2;
    InitializeObjectAttributes(&attributes, &path, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    status = ZwOpenKey(&key, KEY_SET_VALUE, &attributes);
    if (!NT_SUCCESS(status)) return status;
    status = ZwSetValueKey(key, &name, 0, REG_SZ, (PVOID)kDriver, sizeof(kDriver));
    ZwClose(key);
    return status;
}

/* A device of the bus, once for each kind. */
static PDEVICE_OBJECT Report(BOOLEAN line) {
    static PDEVICE_OBJECT devices[2];
    CM_RESOURCE_LIST resources;
    PCM_PARTIAL_RESOURCE_DESCRIPTOR item =
        &resources.List[0].PartialResourceList.PartialDescriptors[0];
    if (devices[line] != NULL) return devices[line];
    RtlZeroMemory(&resources, sizeof(resources));
    resources.Count = 1;
    resources.List[0].InterfaceType = Isa;
    resources.List[0].PartialResourceList.Version = 1;
    resources.List[0].PartialResourceList.Revision = 1;
    resources.List[0].PartialResourceList.Count = 1;
    item->Type = CmResourceTypeInterrupt;
    item->Flags = CM_RESOURCE_INTERRUPT_LATCHED;
    item->u.Interrupt.Level = item->u.Interrupt.Vector = 4;
    item->u.Interrupt.Affinity = 1;
    IoReportDetectedDevice(ConformanceDriver, line ? Isa : InterfaceTypeUndefined, (ULONG)-1,
                           (ULONG)-1, line ? &resources : NULL, NULL, FALSE, &devices[line]);
    return devices[line];
}

static BOOLEAN PutBetween(VOID) {
    Physical = Report(Legacy.WithLine);
    if (Physical != NULL) CHECK_SUCCESS(NameSoftwareKey());
    CHECK(Physical != NULL);
    if (Physical == NULL) return FALSE;
    if (!NT_SUCCESS(IoCreateDevice(ConformanceDriver, sizeof(PDEVICE_OBJECT), NULL,
                                   FILE_DEVICE_UNKNOWN, 0, FALSE, &Between)))
        return FALSE;
    ConformanceDispatch = BusDispatch;
    Between->Flags = (Between->Flags | DO_POWER_PAGABLE) & ~DO_DEVICE_INITIALIZING;
    *(PDEVICE_OBJECT*)Between->DeviceExtension = IoAttachDeviceToDeviceStack(Between, Physical);
    return *(PDEVICE_OBJECT*)Between->DeviceExtension != NULL;
}

static BOOLEAN Start(VOID) {
    CM_RESOURCE_LIST resources;
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    NTSTATUS status;
    LegacyCharacteristics(&characteristics);
    status = NdisMRegisterMiniport(Legacy.Wrapper, &characteristics, sizeof(characteristics));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    if (status != NDIS_STATUS_SUCCESS) return FALSE;
    status = Legacy.Driver->DriverExtension->AddDevice(Legacy.Driver, Physical);
    CHECK_SUCCESS(status);
    if (!NT_SUCCESS(status)) return FALSE;
    Legacy.Device = Legacy.Driver->DeviceObject;
    RtlZeroMemory(&resources, sizeof(resources));
    resources.Count = 1;
    resources.List[0].PartialResourceList.Version = 1;
    resources.List[0].PartialResourceList.Revision = 1;
    resources.List[0].PartialResourceList.Count = 1;
    resources.List[0].PartialResourceList.PartialDescriptors[0].Type = CmResourceTypePort;
    resources.List[0].PartialResourceList.PartialDescriptors[0].u.Port.Start.QuadPart = PORTS;
    resources.List[0].PartialResourceList.PartialDescriptors[0].u.Port.Length = 16;
    return NT_SUCCESS(Request(IRP_MJ_PNP, IRP_MN_START_DEVICE, &resources));
}

BOOLEAN LegacyUp(VOID) {
    if (LegacyDriverUp() && PutBetween() && Start()) return TRUE;
    LegacyDown();
    return FALSE;
}

VOID LegacyDown(VOID) {
    if (Legacy.Device != NULL) LegacyRequest(IRP_MJ_PNP, IRP_MN_REMOVE_DEVICE);
    if (Between != NULL) {
        PDEVICE_OBJECT lower = *(PDEVICE_OBJECT*)Between->DeviceExtension;
        if (lower != NULL) IoDetachDevice(lower);
        IoDeleteDevice(Between);
    }
    Between = NULL;
    ConformanceDispatch = NULL;
    LegacyDriverDown();
}
