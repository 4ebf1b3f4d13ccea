#pragma once
/*
 * The transport envelope of the customs' exchange (DXP, 终端节点报文, edition 202205): DxpMsg, or
 * DxpMsgSv, the same as a relay passes it on. Its Data is a whole CEB message in base64.
 *
 *   DxpMsg: TransInfo (CopMsgId, SenderId, ReceiverIds, CreatTime, MsgType), Data, AddInfo?
 *
 * Elements are found by the namespace http://www.chinaport.gov.cn/dxp (or none) and local name;
 * AddInfo, SvNo and Signature are not looked at. The same doors are shut as for CEB messages.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/customs/ceb.h"

enum {
    DXP_RECEIVER_COUNT_MAX = 5,
    DXP_SIZE_MAX = 6 << 20, /* of the envelope; what it holds is at most CEB_MESSAGE_SIZE_MAX */
};

struct dxp_message {
    char message_id[1021]; /* CopMsgId, which a 900 names (oriCopMsgId) */
    char sender_id[17];
    char receiver_ids[DXP_RECEIVER_COUNT_MAX][17];
    size_t receiver_count;
    char created_at[41];   /* CreatTime, an xs:dateTime */
    char message_type[31]; /* "CEB816Message" */
    struct bytes data;
};

/* Whether the root is an envelope; anything else, XML or not, is not. */
bool dxp_is_envelope(struct bytes xml);

/*
 * The data is put into `arena` (three quarters of `xml`). The root of the data is what MsgType
 * says. False: fault_out says why, with the codes of struct ceb_fault, "base64" and
 * "type_mismatch".
 */
MUST_CHECK bool dxp_read(struct bytes xml,
                         struct arena *arena,
                         struct dxp_message *message_out,
                         struct ceb_fault *fault_out);

/* Writes a DxpMsg. `out` fails when it is too small, or a text cannot stand in XML. */
void dxp_write(const struct dxp_message *message, struct writer *out);
