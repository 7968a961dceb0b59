package dev.elevo.contract;

/** What a function can do with items, as IAM names it. A transaction needs the actions of its parts. */
public enum TableAction {
    GET("dynamodb:GetItem", false),
    BATCH_GET("dynamodb:BatchGetItem", false),
    QUERY("dynamodb:Query", false),
    PUT("dynamodb:PutItem", true),
    UPDATE("dynamodb:UpdateItem", true),
    DELETE("dynamodb:DeleteItem", true),
    BATCH_WRITE("dynamodb:BatchWriteItem", true);

    private final String iamName;
    private final boolean writes;

    TableAction(String iamName, boolean writes) {
        this.iamName = iamName;
        this.writes = writes;
    }

    public String iamName() {
        return iamName;
    }

    public boolean writes() {
        return writes;
    }
}
