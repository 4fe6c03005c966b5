import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;

/** Prints the JSON Schema of a class of Strimzi's API, as Jackson reads it: java -cp 'libs/*' StrimziSchema.java CLASS */
public class StrimziSchema {
  public static void main(String[] args) throws Exception {
    var config = new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_7, OptionPreset.PLAIN_JSON)
        .with(Option.INLINE_ALL_SCHEMAS)
        .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE))
        .build();
    System.out.println(new SchemaGenerator(config).generateSchema(Class.forName(args[0])));
  }
}
