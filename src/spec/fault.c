/*
 * fault.c - the words for what is done to segments
 */
#include "spec/fault.h"

#include "base/names.h"

const char *const fault_action_names[] = {
	[FAULT_DROP] = "drop",	     [FAULT_DELAY] = "delay",
	[FAULT_HOLD] = "hold",	     [FAULT_DUPLICATE] = "duplicate",
	[FAULT_CORRUPT] = "corrupt", [FAULT_REORDER] = "reorder",
};
TABLE_COVERS(fault_action_names, FAULT_ACTIONS);

const char *const fault_field_names[] = {
	[FAULT_FIELD_CHECKSUM] = "checksum", [FAULT_FIELD_PAYLOAD] = "payload",
	[FAULT_FIELD_SEQ] = "seq",	     [FAULT_FIELD_ACK] = "ack",
	[FAULT_FIELD_FLAGS] = "flags",	     [FAULT_FIELD_WINDOW] = "window",
};
TABLE_COVERS(fault_field_names, FAULT_FIELDS);

const char *const inject_base_names[] = {
	[INJECT_BASE_ABSOLUTE] = "absolute",
	[INJECT_BASE_START] = "start",
	[INJECT_BASE_NEXT] = "next",
	[INJECT_BASE_EDGE] = "edge",
};
TABLE_COVERS(inject_base_names, INJECT_BASES);
