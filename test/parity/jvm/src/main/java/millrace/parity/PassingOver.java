package millrace.parity;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/** Goes on after every error, and notes each kind of it once. */
public final class PassingOver implements ProcessingExceptionHandler {
    /** Option that holds the collection for the notes. */
    static final String NOTES = "millrace.parity.passed.over";

    private Collection<String> notes = List.of();

    @Override
    @SuppressWarnings("unchecked")
    public void configure(Map<String, ?> config) {
        notes = (Collection<String>) config.get(NOTES);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception error) {
        notes.add(Text.ofError(error));
        return Response.resume();
    }
}
