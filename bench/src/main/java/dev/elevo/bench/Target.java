package dev.elevo.bench;

/** What a figure must reach and what it aims at; for some less is better, for others more. */
record Target(double must, double aim, boolean lessIsBetter) {

    static Target atMost(double must, double aim) {
        return new Target(must, aim, true);
    }

    static Target atLeast(double must, double aim) {
        return new Target(must, aim, false);
    }

    String verdict(double figure) {
        if (reaches(figure, aim)) {
            return "aim";
        }
        return reaches(figure, must) ? "must" : "missed";
    }

    private boolean reaches(double figure, double bound) {
        return lessIsBetter ? figure <= bound : figure >= bound;
    }

    @Override
    public String toString() {
        var sign = lessIsBetter ? "≤ " : "≥ ";
        return sign + Line.shortly(must) + " / " + Line.shortly(aim);
    }
}
