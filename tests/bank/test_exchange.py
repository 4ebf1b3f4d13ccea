"""The bank by ISO 20022 files: what it answers, what it books, what it tells of its own."""

import os
import time
import xml.etree.ElementTree

import house

SPACE = "urn:iso:std:iso:20022:tech:xsd:"
AGENT = "<{0}><FinInstnId><BICFI>{1}</BICFI></FinInstnId></{0}>"


def pacs_008(message_id, payments):
    transfers = "".join(f"""
      <CdtTrfTxInf>
        <PmtId><InstrId>{reference}</InstrId><EndToEndId>{reference}</EndToEndId>
          <TxId>{reference}</TxId></PmtId>
        <IntrBkSttlmAmt Ccy="CNY">{amount}</IntrBkSttlmAmt>
        <IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt><ChrgBr>SLEV</ChrgBr>
        <Dbtr><Nm>Tai Lai</Nm></Dbtr>{AGENT.format("DbtrAgt", "KOUGCNBJXXX")}
        {AGENT.format("CdtrAgt", "TREACNBJXXX")}<Cdtr><Nm>Treasury</Nm></Cdtr>
        <CdtrAcct><Id><Othr><Id>62220002</Id></Othr></Id></CdtrAcct>
      </CdtTrfTxInf>""" for reference, amount in payments)
    return f"""<Document xmlns="{SPACE}pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr>
      <MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T12:00:00+08:00</CreDtTm>
      <NbOfTxs>{len(payments)}</NbOfTxs><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>
      {AGENT.format("InstgAgt", "KOUGCNBJXXX")}{AGENT.format("InstdAgt", "KOUACNBJXXX")}
      </GrpHdr>{transfers}</FIToFICstmrCdtTrf></Document>"""


def camt_056(message_id, reference):
    return f"""<Document xmlns="{SPACE}camt.056.001.08"><FIToFIPmtCxlReq><Assgnmt>
      <Id>{message_id}</Id>
      <Assgnr>{AGENT.format("Agt", "KOUGCNBJXXX")}</Assgnr>
      <Assgne>{AGENT.format("Agt", "KOUACNBJXXX")}</Assgne>
      <CreDtTm>2026-11-23T12:10:00+08:00</CreDtTm></Assgnmt><Undrlyg><TxInf>
      <CxlId>{message_id}</CxlId><OrgnlGrpInf><OrgnlMsgId>{reference}</OrgnlMsgId>
      <OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>
      <OrgnlEndToEndId>{reference}</OrgnlEndToEndId><OrgnlTxId>{reference}</OrgnlTxId>
      </TxInf></Undrlyg></FIToFIPmtCxlReq></Document>"""


class Files(house.Case):
    def by_files(self, script="", **options):
        def prepare(directory):
            for name in ("in", "out"):
                (directory / name).mkdir()
            return {"exchange_in": directory / "in", "exchange_out": directory / "out"}

        return self.bank(script, prepare=prepare, **options)

    def put(self, bank, name, text):
        place = bank.directory / "in"
        (place / (name + ".part")).write_text(text)
        os.rename(place / (name + ".part"), place / name)

    def get(self, bank, count=1):
        """The bank's next documents, taken away; each as type and element."""
        place = bank.directory / "out"
        deadline = time.monotonic() + house.PATIENCE
        while len(list(place.glob("*.xml"))) < count:
            self.assertLess(time.monotonic(), deadline, "no answer")
            time.sleep(0.01)
        documents = []
        for path in sorted(place.glob("*.xml")):
            root = xml.etree.ElementTree.parse(path).getroot()
            path.unlink()
            documents.append((root.tag.split(":xsd:")[1].split("}")[0], Element(root)))
        return documents

    def ask(self, bank, name, text):
        self.put(bank, name, text)
        [(kind, document)] = self.get(bank)
        return kind, document

    def test_paid_once(self):
        bank = self.by_files()
        text = pacs_008("P1", [("P1", "123.45")])
        kind, answer = self.ask(bank, "P1.xml", text)
        self.assertEqual(("pacs.002.001.10", "ACSC", "P1"),
                         (kind, answer.text("TxSts"), answer.text("OrgnlEndToEndId")))
        again = self.ask(bank, "P1.xml", text)[1]
        self.assertEqual(answer.whole(), again.whole(), "the same document, the same answer")
        self.assertEqual({"count": 1, "minor": 12345}, self.day(bank.books())["paid"])
        other = self.ask(bank, "P1.xml", pacs_008("P1B", [("P1", "123.46")]))[1]
        self.assertEqual(("RJCT", "AM05"), (other.text("TxSts"), other.text("Cd")))
        books = bank.books()
        bank.kill()
        bank.start()
        self.assertEqual(books, bank.books())
        self.assertEqual([], list((bank.directory / "in").iterdir()))

    def test_several_in_one(self):
        bank = self.by_files()
        payments = [(f"P{number}", f"{number}.00") for number in range(1, 101)]
        answer = self.ask(bank, "many.xml", pacs_008("M1", payments))[1]
        self.assertEqual(100, len(answer.all("TxInfAndSts")))
        self.assertEqual({"count": 100, "minor": 505000}, self.day(bank.books())["paid"])

    def test_refused_and_pending(self):
        bank = self.by_files("on pay always code 51\n")
        answer = self.ask(bank, "P1.xml", pacs_008("P1", [("P1", "1.00")]))[1]
        self.assertEqual(("RJCT", "AM04"), (answer.text("TxSts"), answer.text("Cd")))
        bank = self.by_files("on pay always pending\n")
        answer = self.ask(bank, "P1.xml", pacs_008("P1", [("P1", "1.00")]))[1]
        self.assertEqual("PDNG", answer.text("TxSts"))
        self.assertEqual("ok", bank.tell("decide P1 00"))
        [(kind, answer)] = self.get(bank)
        self.assertEqual(("pacs.002.001.10", "ACSC"), (kind, answer.text("TxSts")))

    def test_recalls(self):
        bank = self.by_files()
        self.ask(bank, "P1.xml", pacs_008("P1", [("P1", "1.00")]))
        kind, answer = self.ask(bank, "r1.xml", camt_056("P1-R1", "P1"))
        self.assertEqual(("camt.029.001.09", "CNCL", "ACCR"),
                         (kind, answer.text("Conf"), answer.text("TxCxlSts")))
        self.assertEqual("ACCR", self.ask(bank, "r2.xml", camt_056("P1-R2", "P1"))[1]
                         .text("TxCxlSts"))
        answer = self.ask(bank, "r3.xml", camt_056("P2-R1", "P2"))[1]
        self.assertEqual(("RJCR", "NOOR"), (answer.text("TxCxlSts"), answer.text("Cd")))
        answer = self.ask(bank, "P2.xml", pacs_008("P2", [("P2", "1.00")]))[1]
        self.assertEqual("RJCT", answer.text("TxSts"), "it came after its recall")
        day = self.day(bank.books())
        self.assertEqual((1, 1), (day["paid"]["count"], day["reversed"]["count"]))

    def test_told_of_its_own(self):
        bank = self.by_files()
        self.ask(bank, "P1.xml", pacs_008("P1", [("P1", "1.00")]))
        bank.tell("advise D310-1 98765 满洲里")
        [(kind, notice)] = self.get(bank)
        self.assertEqual(("camt.054.001.08", "987.65", "D310-1", "满洲里", "BOOK"),
                         (kind, notice.text("Amt"), notice.text("Ustrd"), notice.text("Nm"),
                          notice.element("Sts").text("Cd")))
        self.assertEqual("ok", bank.tell("return P1"))
        [(kind, notice)] = self.get(bank)
        self.assertEqual(("pacs.004.001.09", "P1", "1.00"),
                         (kind, notice.text("OrgnlEndToEndId"), notice.text("RtrdIntrBkSttlmAmt")))
        status = bank.status()
        self.assertEqual((2, 2), (status["advices"], status["answered"]))

    def test_said_badly(self):
        bank = self.by_files("on pay 50% drop_request\non pay 50% duplicate_reply\n", seed=2)
        for number in range(20):
            reference = f"P{number}"
            self.put(bank, reference + ".xml", pacs_008(reference, [(reference, "1.00")]))
        while list((bank.directory / "in").iterdir()):
            time.sleep(0.01)
        paid = self.day(bank.books())["paid"]["count"]
        names = [path.name for path in (bank.directory / "out").glob("*.xml")]
        again = [name for name in names if "again" in name]
        self.assertTrue(0 < paid < 20)
        self.assertEqual(paid, len(names) - len(again))
        self.assertTrue(again)

    def test_what_cannot_be_read(self):
        bank = self.by_files()
        for name, text in (("a.xml", "<nonsense"), ("b.xml", "<Document/>"),
                           ("c.xml", pacs_008("C", [("C", "-1.00")])),
                           ("d.xml", pacs_008("D", [("D", "1.00")]).replace("<NbOfTxs>1",
                                                                           "<NbOfTxs>2"))):
            self.put(bank, name, text)
        self.put(bank, "ignored.txt", "x")
        self.ask(bank, "z.xml", pacs_008("Z", [("Z", "1.00")]))
        self.assertEqual(["a.xml.bad", "b.xml.bad", "c.xml.bad", "d.xml.bad", "ignored.txt"],
                         sorted(path.name for path in (bank.directory / "in").iterdir()))
        self.assertEqual(1, len(bank.books()["payments"]))


class Element:
    """Finds descendants by local name."""

    def __init__(self, root):
        self.root = root

    def all(self, name):
        return [node for node in self.root.iter() if node.tag.endswith("}" + name)]

    def element(self, name):
        return Element(self.all(name)[0])

    def text(self, name):
        return self.all(name)[0].text

    def whole(self):
        return xml.etree.ElementTree.tostring(self.root)


if __name__ == "__main__":
    house.main()
