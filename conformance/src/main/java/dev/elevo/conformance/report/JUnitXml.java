package dev.elevo.conformance.report;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The report that build servers read; a suite is an area, and what is not offered is skipped. */
public final class JUnitXml {
    private final XMLStreamWriter xml;

    private JUnitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /**
     * Of a run.
     *
     * @param gaps each a failure of its own
     */
    public static String of(List<Result> results, List<String> gaps) {
        var text = new StringWriter();
        try {
            var writer = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            new JUnitXml(writer).write(results, gaps);
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private void write(List<Result> results, List<String> gaps) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuites");
        var areas = results.stream()
                .collect(Collectors.groupingBy(
                        result -> result.tried().area(), LinkedHashMap::new, Collectors.toList()));
        for (var area : areas.entrySet()) {
            suite(area);
        }
        xml.writeStartElement("testsuite");
        attribute("name", "coverage");
        attribute("tests", gaps.size());
        attribute("failures", gaps.size());
        for (var gap : gaps) {
            xml.writeStartElement("testcase");
            attribute("classname", "conformance.coverage");
            attribute("name", gap);
            xml.writeStartElement("failure");
            attribute("message", "the description has it, and no statement tries it");
            xml.writeEndElement();
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void suite(Map.Entry<String, List<Result>> area) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        attribute("name", area.getKey());
        attribute("tests", area.getValue().size());
        attribute("failures", count(area.getValue(), Verdict.FAILED));
        attribute("skipped", count(area.getValue(), Verdict.NOT_OFFERED));
        for (var result : area.getValue()) {
            xml.writeStartElement("testcase");
            attribute("classname", "conformance." + area.getKey().replace(' ', '-'));
            attribute("name", result.tried().endpoint() + ": " + result.tried().statement());
            attribute("time", result.millis() / 1000.0);
            switch (result.verdict()) {
                case PASSED -> {}
                case FAILED -> because("failure", result.why(), result.exchange());
                case NOT_OFFERED -> because("skipped", result.why(), "");
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private void because(String element, String why, String exchange) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("message", why);
        xml.writeCharacters(writable(exchange));
        xml.writeEndElement();
    }

    private void attribute(String name, Object value) throws XMLStreamException {
        xml.writeAttribute(name, writable(value.toString()));
    }

    /** XML has no characters for most controls. */
    private static String writable(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]", "�");
    }

    private static long count(List<Result> results, Verdict verdict) {
        return results.stream().filter(result -> result.has(verdict)).count();
    }
}
