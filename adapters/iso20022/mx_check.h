#pragma once
/* What must hold between the values of one record; see mx_record in mx_rule.h. */
#include "adapters/iso20022/iso20022.h"

bool mx_check_header(const void *record, struct xml_fault *fault_out);
bool mx_check_transfer(const void *record, struct xml_fault *fault_out);
bool mx_check_transfers(const void *record, struct xml_fault *fault_out);
bool mx_check_result(const void *record, struct xml_fault *fault_out);
bool mx_check_results(const void *record, struct xml_fault *fault_out);
bool mx_check_return(const void *record, struct xml_fault *fault_out);
bool mx_check_returns(const void *record, struct xml_fault *fault_out);
bool mx_check_question(const void *record, struct xml_fault *fault_out);
bool mx_check_questions(const void *record, struct xml_fault *fault_out);
bool mx_check_recall(const void *record, struct xml_fault *fault_out);
bool mx_check_recalls(const void *record, struct xml_fault *fault_out);
bool mx_check_resolution(const void *record, struct xml_fault *fault_out);
bool mx_check_resolutions(const void *record, struct xml_fault *fault_out);
bool mx_check_entry(const void *record, struct xml_fault *fault_out);
bool mx_check_statement(const void *record, struct xml_fault *fault_out);
bool mx_check_notification(const void *record, struct xml_fault *fault_out);
