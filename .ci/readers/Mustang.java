import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.mustangproject.ZUGFeRD.ZUGFeRDImporter;

/** Reads lines of a PDF and a file with a tab between them, and says of each whether Mustang takes these bytes out of the PDF. */
public class Mustang {
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        // The library tells its own things there.
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t");
            out.println(verdict(Path.of(parts[0]), Path.of(parts[1])));
        }
        out.flush();
    }

    private static String verdict(Path pdf, Path expected) {
        ZUGFeRDImporter importer = new ZUGFeRDImporter();
        importer.doIgnoreCalculationErrors();
        String trouble = "nothing found";
        try (FileInputStream stream = new FileInputStream(pdf.toFile())) {
            importer.setInputStream(stream);
        } catch (Exception error) {
            // It goes on to read the invoice that it took out; whether it likes that is another question.
            trouble = error.toString().lines().findFirst().orElse("");
        }
        try {
            byte[] read = importer.getRawXML();
            return read == null ? trouble : Arrays.equals(read, Files.readAllBytes(expected)) ? "same" : "other bytes";
        } catch (Exception error) {
            return error.toString().lines().findFirst().orElse("");
        }
    }
}
