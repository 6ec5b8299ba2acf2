/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

NTHALAPI ULONG NTAPI HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
                                           ULONG BusInterruptLevel, ULONG BusInterruptVector,
                                           PKIRQL Irql, PKAFFINITY Affinity);
NTKERNELAPI NTSTATUS NTAPI IoCreateDriver(PUNICODE_STRING DriverName, PDRIVER_INITIALIZE Routine);

TEST_MINIPORT Miniport;
NDIS_HANDLE MiniportDriverHandle;
PDRIVER_OBJECT MiniportDriverObject;
PDEVICE_OBJECT MiniportPdo;

/* ---- The handlers */

static NDIS_STATUS SetAttributes(VOID) {
    NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES registration = {
        {NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES,
         NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1,
         NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1}};
    NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES general = {
        {NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES,
         NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1,
         NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1}};
    NDIS_STATUS status;
    registration.MiniportAdapterContext = &Miniport;
    registration.AttributeFlags = Miniport.AttributeFlags;
    registration.CheckForHangTimeInSeconds = Miniport.CheckForHangSeconds;
    registration.InterfaceType = PCIBus;
    status = NdisMSetMiniportAttributes(Miniport.Adapter,
                                        (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&registration);
    if (status != NDIS_STATUS_SUCCESS) return status;
    general.MediaType = NdisMedium802_3;
    general.MtuSize = 1500;
    general.XmitLinkSpeed = general.RcvLinkSpeed = 1000000;
    general.MediaConnectState = MediaConnectStateConnected;
    general.MacAddressLength = 6;
    general.CurrentMacAddress[0] = general.PermanentMacAddress[0] = 2;
    general.CurrentMacAddress[5] = 7;
    return NdisMSetMiniportAttributes(Miniport.Adapter,
                                      (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&general);
}
static NDIS_STATUS NTAPI Initialize(NDIS_HANDLE adapter, NDIS_HANDLE context,
                                    PNDIS_MINIPORT_INIT_PARAMETERS parameters) {
    NDIS_STATUS status;
    UNREFERENCED_PARAMETER(context);
    Miniport.Adapter = adapter;
    Miniport.Index = parameters->IfIndex;
    Miniport.Resources = parameters->AllocatedResources;
    status = SetAttributes();
    if (status == NDIS_STATUS_SUCCESS && Miniport.DuringInitialize != NULL)
        status = Miniport.DuringInitialize(adapter);
    InterlockedIncrement(&Miniport.Initialized);
    return status != NDIS_STATUS_SUCCESS ? status : Miniport.InitializeStatus;
}
static VOID NTAPI Halt(NDIS_HANDLE context, NDIS_HALT_ACTION action) {
    UNREFERENCED_PARAMETER(context);
    Miniport.HaltAction = action;
    InterlockedIncrement(&Miniport.Halted);
}
static NDIS_STATUS NTAPI Pause(NDIS_HANDLE context, PNDIS_MINIPORT_PAUSE_PARAMETERS parameters) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(parameters);
    InterlockedIncrement(&Miniport.Paused);
    return Miniport.PauseStatus;
}
static NDIS_STATUS NTAPI Restart(NDIS_HANDLE context,
                                 PNDIS_MINIPORT_RESTART_PARAMETERS parameters) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(parameters);
    InterlockedIncrement(&Miniport.Restarted);
    return Miniport.RestartStatus;
}
static NDIS_STATUS NTAPI OidRequest(NDIS_HANDLE context, PNDIS_OID_REQUEST request) {
    UNREFERENCED_PARAMETER(context);
    Miniport.Request = request;
    if (request->RequestType == NdisRequestSetInformation &&
        request->DATA.SET_INFORMATION.InformationBufferLength >= sizeof(ULONG))
        Miniport.LastValue = *(ULONG*)request->DATA.SET_INFORMATION.InformationBuffer;
    Miniport.LastOid = request->DATA.SET_INFORMATION.Oid;
    InterlockedIncrement(&Miniport.Requests);
    return Miniport.OidStatus;
}
static VOID NTAPI CancelOid(NDIS_HANDLE context, PVOID id) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(id);
}
static VOID NTAPI Send(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                       ULONG flags) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(port);
    Miniport.Sent = lists;
    Miniport.SendFlags = flags;
    InterlockedIncrement(&Miniport.Sends);
    if (Miniport.HoldSends) return;
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = NET_BUFFER_LIST_NEXT_NBL(list))
        NET_BUFFER_LIST_STATUS(list) = NDIS_STATUS_SUCCESS;
    NdisMSendNetBufferListsComplete(Miniport.Adapter, lists, 0);
}
static VOID NTAPI Return(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(lists);
    Miniport.ReturnFlags = flags;
    InterlockedIncrement(&Miniport.Returned);
}
static VOID NTAPI CancelSend(NDIS_HANDLE context, PVOID id) {
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(id);
}
static BOOLEAN NTAPI CheckForHang(NDIS_HANDLE context) {
    UNREFERENCED_PARAMETER(context);
    InterlockedIncrement(&Miniport.HangChecks);
    return Miniport.Hangs;
}
static NDIS_STATUS NTAPI Reset(NDIS_HANDLE context, PBOOLEAN addressing) {
    UNREFERENCED_PARAMETER(context);
    *addressing = Miniport.AddressingReset;
    Miniport.Hangs = FALSE;
    InterlockedIncrement(&Miniport.Resets);
    return Miniport.ResetStatus;
}
static VOID NTAPI Unload(PDRIVER_OBJECT driver) { UNREFERENCED_PARAMETER(driver); }

NDIS_MINIPORT_DRIVER_CHARACTERISTICS MiniportCharacteristics = {
    .Header = {NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS,
               NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1,
               NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1},
    .MajorNdisVersion = 6,
    .MinorNdisVersion = 20,
    .InitializeHandlerEx = Initialize,
    .HaltHandlerEx = Halt,
    .UnloadHandler = Unload,
    .PauseHandler = Pause,
    .RestartHandler = Restart,
    .OidRequestHandler = OidRequest,
    .SendNetBufferListsHandler = Send,
    .ReturnNetBufferListsHandler = Return,
    .CancelSendHandler = CancelSend,
    .CheckForHangHandlerEx = CheckForHang,
    .ResetHandlerEx = Reset,
    .CancelOidRequestHandler = CancelOid,
};

/* ---- The bus: a device between the PDO and the adapter that has configuration space. */

UCHAR TestConfiguration[256] __attribute__((aligned(256)));
static PDEVICE_OBJECT busDevice, busLower;

static VOID NTAPI BusReference(PVOID context) { UNREFERENCED_PARAMETER(context); }
static ULONG NTAPI BusGet(PVOID context, ULONG type, PVOID buffer, ULONG offset, ULONG length) {
    UNREFERENCED_PARAMETER(context);
    if (type != PCI_WHICHSPACE_CONFIG || offset >= sizeof(TestConfiguration)) return 0;
    if (length > sizeof(TestConfiguration) - offset) length = sizeof(TestConfiguration) - offset;
    RtlCopyMemory(buffer, TestConfiguration + offset, length);
    return length;
}
static ULONG NTAPI BusSet(PVOID context, ULONG type, PVOID buffer, ULONG offset, ULONG length) {
    UNREFERENCED_PARAMETER(context);
    if (type != PCI_WHICHSPACE_CONFIG || offset >= sizeof(TestConfiguration)) return 0;
    if (length > sizeof(TestConfiguration) - offset) length = sizeof(TestConfiguration) - offset;
    RtlCopyMemory(TestConfiguration + offset, buffer, length);
    return length;
}
static const GUID BusInterface = {
    0x496B8280, 0x6F25, 0x11D0, {0xBE, 0xAF, 0x08, 0x00, 0x2B, 0xE2, 0x09, 0x2F}};

static NTSTATUS NTAPI BusDispatch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    if (device != busDevice) { /* a request to a device of the harness */
        irp->IoStatus.Status = STATUS_SUCCESS;
        IoCompleteRequest(irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    }
    if (location->MajorFunction == IRP_MJ_PNP &&
        location->MinorFunction == IRP_MN_QUERY_INTERFACE &&
        RtlCompareMemory(location->Parameters.QueryInterface.InterfaceType, &BusInterface,
                         sizeof(GUID)) == sizeof(GUID)) {
        PBUS_INTERFACE_STANDARD bus =
            (PBUS_INTERFACE_STANDARD)location->Parameters.QueryInterface.Interface;
        RtlZeroMemory(bus, sizeof(*bus));
        bus->Size = sizeof(*bus);
        bus->Version = 1;
        bus->Context = TestConfiguration;
        bus->InterfaceReference = bus->InterfaceDereference = BusReference;
        bus->GetBusData = BusGet;
        bus->SetBusData = BusSet;
        irp->IoStatus.Status = STATUS_SUCCESS;
        IoCompleteRequest(irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    }
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(busLower, irp);
}

/* ---- The PnP manager */

static struct {
    CM_RESOURCE_LIST List;
    CM_PARTIAL_RESOURCE_DESCRIPTOR More[2];
} assigned;

static VOID DescribeResources(BOOLEAN translated) {
    CM_PARTIAL_RESOURCE_LIST* list = &assigned.List.List[0].PartialResourceList;
    CM_PARTIAL_RESOURCE_DESCRIPTOR* item = list->PartialDescriptors;
    KIRQL level = TEST_LINE;
    KAFFINITY affinity = 1;
    ULONG vector = TEST_LINE;
    RtlZeroMemory(&assigned, sizeof(assigned));
    assigned.List.Count = 1;
    assigned.List.List[0].InterfaceType = PCIBus;
    list->Version = list->Revision = 1;
    list->Count = 3;
    item[0].Type = CmResourceTypePort;
    item[0].Flags = CM_RESOURCE_PORT_IO;
    item[0].u.Port.Start.QuadPart = TEST_PORT;
    item[0].u.Port.Length = TEST_PORT_COUNT;
    item[1].Type = CmResourceTypeMemory;
    item[1].u.Memory.Start = MmGetPhysicalAddress(TestConfiguration);
    item[1].u.Memory.Length = sizeof(TestConfiguration);
    if (translated)
        vector = HalGetInterruptVector(PCIBus, 0, TEST_LINE, TEST_LINE, &level, &affinity);
    item[2].Type = CmResourceTypeInterrupt;
    item[2].ShareDisposition = CmResourceShareShared;
    item[2].Flags = CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE;
    item[2].u.Interrupt.Level = level;
    item[2].u.Interrupt.Vector = vector;
    item[2].u.Interrupt.Affinity = affinity;
}

PDEVICE_OBJECT MiniportTop(VOID) { return IoGetAttachedDevice(MiniportPdo); }

NTSTATUS MiniportPnp(UCHAR minor) {
    KEVENT done;
    IO_STATUS_BLOCK result;
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(MiniportPdo);
    PIRP irp;
    PIO_STACK_LOCATION next;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, top, NULL, 0, NULL, &done, &result);
    if (irp != NULL) {
        next = IoGetNextIrpStackLocation(irp);
        irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
        next->MinorFunction = minor;
        if (minor == IRP_MN_START_DEVICE) {
            DescribeResources(TRUE);
            next->Parameters.StartDevice.AllocatedResources =
                next->Parameters.StartDevice.AllocatedResourcesTranslated = &assigned.List;
        }
        status = IoCallDriver(top, irp);
        if (status == STATUS_PENDING) {
            KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
            status = result.Status;
        }
    }
    ObDereferenceObject(top);
    return status;
}

static NTSTATUS NTAPI Entry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    MiniportDriverObject = driver;
    return NdisMRegisterMiniportDriver(driver, path, NULL, &MiniportCharacteristics,
                                       &MiniportDriverHandle);
}
/* As the class installer does: a software key, named in the device's own. */
static BOOLEAN HasSoftwareKey(VOID) {
    static UNICODE_STRING value = RTL_CONSTANT_STRING(L"Driver");
    static UNICODE_STRING description = RTL_CONSTANT_STRING(L"DeviceDesc");
    static const WCHAR text[] = TEST_ADAPTER_NAME;
    static const WCHAR driver[] = L"{4d36e972-e325-11ce-bfc1-08002be10318}\\4711";
    static struct {
        ULONG Bytes; /* KEY_NAME_INFORMATION, which mingw lacks */
        WCHAR Text[256];
    } parameters;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    HANDLE key;
    ULONG bytes;
    NTSTATUS status = IoOpenDeviceRegistryKey(MiniportPdo, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key);
    if (!NT_SUCCESS(status)) return FALSE;
    status = ZwQueryKey(key, KeyNameInformation, &parameters, sizeof(parameters), &bytes);
    ZwClose(key);
    if (!NT_SUCCESS(status)) return FALSE;
    /* ...\Enum\Root\...\0000\Device Parameters: without the last part */
    name.Buffer = parameters.Text;
    name.Length = name.MaximumLength = (USHORT)parameters.Bytes;
    while (name.Length > 0 && name.Buffer[name.Length / sizeof(WCHAR) - 1] != L'\\')
        name.Length -= sizeof(WCHAR);
    name.Length -= sizeof(WCHAR);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    status = ZwOpenKey(&key, KEY_WRITE, &attributes);
    if (!NT_SUCCESS(status)) return FALSE;
    status = ZwSetValueKey(key, &value, 0, REG_SZ, (PVOID)driver, sizeof(driver));
    if (NT_SUCCESS(status))
        status = ZwSetValueKey(key, &description, 0, REG_SZ, (PVOID)text, sizeof(text));
    ZwClose(key);
    return NT_SUCCESS(status);
}
static BOOLEAN BusUp(VOID) {
    if (!NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_BUS_EXTENDER, 0, FALSE,
                                   &busDevice)))
        return FALSE;
    busDevice->Flags = (busDevice->Flags | DO_POWER_PAGABLE) & ~DO_DEVICE_INITIALIZING;
    ConformanceDispatch = BusDispatch;
    busLower = IoAttachDeviceToDeviceStack(busDevice, MiniportPdo);
    return busLower != NULL;
}
static VOID BusDown(VOID) {
    if (busDevice == NULL) return;
    if (busLower != NULL) IoDetachDevice(busLower);
    IoDeleteDevice(busDevice);
    busDevice = busLower = NULL;
    ConformanceDispatch = NULL;
}

VOID MiniportNew(VOID) {
    RtlZeroMemory(&Miniport, sizeof(Miniport));
    Miniport.AttributeFlags =
        NDIS_MINIPORT_ATTRIBUTES_HARDWARE_DEVICE | NDIS_MINIPORT_ATTRIBUTES_BUS_MASTER;
    for (ULONG i = 0; i < sizeof(TestConfiguration); ++i) TestConfiguration[i] = (UCHAR)i;
}
BOOLEAN MiniportAdd(VOID) {
    static UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Driver\\ConformanceMiniport");
    NTSTATUS status;
    if (busDevice != NULL) MiniportDown(); /* of a test that ended early */
    if (MiniportDriverHandle == NULL && !NT_SUCCESS(IoCreateDriver(&name, Entry))) return FALSE;
    if (MiniportPdo == NULL) {
        DescribeResources(FALSE);
        if (!NT_SUCCESS(IoReportDetectedDevice(ConformanceDriver, PCIBus, (ULONG)-1, (ULONG)-1,
                                               &assigned.List, NULL, FALSE, &MiniportPdo)))
            return FALSE;
    }
    if (!HasSoftwareKey() || !BusUp()) return FALSE;
    status = MiniportDriverObject->DriverExtension->AddDevice(MiniportDriverObject, MiniportPdo);
    if (NT_SUCCESS(status)) return TRUE;
    ConformanceFail(__FILE__, __LINE__, "AddDevice: 0x%08x", (unsigned)status);
    BusDown();
    return FALSE;
}
NTSTATUS MiniportStart(VOID) { return MiniportPnp(IRP_MN_START_DEVICE); }
BOOLEAN MiniportUp(VOID) {
    if (!MiniportAdd()) return FALSE;
    if (NT_SUCCESS(MiniportStart())) return TRUE;
    MiniportDown();
    return FALSE;
}
VOID MiniportLost(VOID) {
    BusDown();
    MiniportPdo = NULL; /* the next test reports another */
}
VOID MiniportDown(VOID) {
    MiniportPnp(IRP_MN_REMOVE_DEVICE);
    BusDown();
}

/* ---- Above */

TEST_BINDING Binding;

static VOID NTAPI OnReceive(PVOID context, PNET_BUFFER_LIST lists, ULONG count, BOOLEAN low) {
    PNET_BUFFER buffer = NET_BUFFER_LIST_FIRST_NB(lists);
    PVOID data;
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(count);
    Binding.FrameBytes = NET_BUFFER_DATA_LENGTH(buffer);
    if (Binding.FrameBytes <= sizeof(Binding.Frame)) {
        data = NdisGetDataBuffer(buffer, Binding.FrameBytes, Binding.Frame, 1, 0);
        if (data != Binding.Frame) RtlCopyMemory(Binding.Frame, data, Binding.FrameBytes);
    }
    Binding.Resources = low;
    Binding.ReceivedLists = lists;
    InterlockedIncrement(&Binding.Received);
    if (!low && !Binding.KeepReceived) RslNdisReturn(Binding.Adapter, lists);
}
static VOID NTAPI OnSendComplete(PVOID context, PNET_BUFFER_LIST lists) {
    UNREFERENCED_PARAMETER(context);
    Binding.CompletedLists = lists;
    Binding.CompletedStatus = NET_BUFFER_LIST_STATUS(lists);
    InterlockedIncrement(&Binding.Completed);
}
static VOID NTAPI OnStatus(PVOID context, PNDIS_STATUS_INDICATION indication) {
    UNREFERENCED_PARAMETER(context);
    Binding.IndicatedStatus = indication->StatusCode;
    InterlockedIncrement(&Binding.Indicated);
}
static VOID NTAPI OnStopping(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    InterlockedIncrement(&Binding.Stopped);
}
static VOID NTAPI OnUnbound(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    InterlockedIncrement(&Binding.Unbound);
}
static const RSL_NDIS_BINDING bindingCalls = {
    .Size = sizeof(RSL_NDIS_BINDING),
    .Receive = OnReceive,
    .SendComplete = OnSendComplete,
    .Status = OnStatus,
    .Stopping = OnStopping,
    .Unbound = OnUnbound,
};
BOOLEAN BindUp(VOID) {
    RtlZeroMemory(&Binding, sizeof(Binding));
    return NT_SUCCESS(RslNdisBind(Miniport.Index, &bindingCalls, &Binding.Adapter));
}
VOID BindDown(VOID) { RslNdisUnbind(Binding.Adapter, &bindingCalls); }

BOOLEAN MakeFrame(FRAME* frame) {
    frame->Pool = ListPool(TRUE, 0, 0);
    MakeChain(&frame->Chain);
    frame->List =
        NdisAllocateNetBufferAndNetBufferList(frame->Pool, 0, 0, frame->Chain.Mdls[0], 0, 10);
    return frame->List != NULL;
}
VOID FreeFrame(FRAME* frame) {
    NdisFreeNetBufferList(frame->List);
    FreeChain(&frame->Chain);
    NdisFreeNetBufferListPool(frame->Pool);
}
